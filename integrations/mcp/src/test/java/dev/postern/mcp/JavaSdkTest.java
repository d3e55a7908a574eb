package dev.postern.mcp;

import static dev.postern.mcp.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Content;
import dev.postern.testkit.project.QuietLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Servers of the official SDK for Java. */
@Tag("full")
class JavaSdkTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    @RegisterExtension
    static final QuietLog TOMCAT = QuietLog.of("org.apache");

    private final List<McpProgress> told = new CopyOnWriteArrayList<>();

    private void assertTools(McpClient client) {
        assertThat(client.serverInfo()).isEqualTo(new McpServerInfo("java-sdk", "2.1.0", "2025-11-25", ""));
        assertThat(Calls.names(client)).contains("sdk_echo", "sdk_fail", "sdk_image", "sdk_structured", "sdk_slow");
        assertThat(call(client, "sdk_echo", Map.of("say", "grüße")).text()).isEqualTo("you said grüße");
        assertThat(call(client, "sdk_fail", Map.of()).isError()).isTrue();
        assertThat(call(client, "sdk_fail", Map.of()).text()).isEqualTo("it failed");
        assertThat(call(client, "sdk_image", Map.of()).content())
                .containsExactly(new Content.Image("image/png", "AAAA", ""));
        assertThat(call(client, "sdk_structured", Map.of()).text()).contains("{\"degrees\":21.5}");
        assertThat(call(client, "sdk_slow", Map.of()).text()).isEqualTo("done");
        assertThat(told).extracting(McpProgress::message).containsExactly("half");
    }

    @Test
    void aProcess() {
        try (McpClient client = JavaSdkServer.process().onProgress(told::add).build()) {
            assertTools(client);
        }
    }

    @Test
    void streamableHttp(@TempDir Path scratch) throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        try (JavaSdkServer server = JavaSdkServer.start(scratch);
                McpClient client = server.client()
                        .onProgress(told::add)
                        .onToolsChanged(changed::countDown)
                        .build()) {
            assertTools(client);
            for (int attempt = 0; changed.getCount() > 0 && attempt < 1000; attempt++) { // until the stream is open
                server.addTool("extra" + attempt);
            }
            Calls.await(changed);
            assertThat(Calls.names(client)).contains("sdk_extra0");
        }
    }
}
