package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in one file. */
class RunnableJarIT {
    private static final Path JAR = Path.of("target", "postern-server.jar");

    @Test
    void servesAnAnswer(@TempDir Path home) throws Exception {
        try (ServerProcess server = new ServerProcess(home, List.of("-jar", JAR.toString()), "--port", "0");
                RawClient client = new RawClient(server.port())) {
            RawClient.Answer answer = client.request(
                            "POST",
                            TestServer.COMPLETIONS,
                            "{\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}")
                    .answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(TestServer.field(answer, "content")).isEqualTo("Paris");
        }
    }
}
