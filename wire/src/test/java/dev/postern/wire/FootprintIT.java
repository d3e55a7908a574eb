package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.client.GatewayClient;
import dev.postern.testkit.project.FootprintContract;
import java.nio.charset.StandardCharsets;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.wire", 106_000, 1_114_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        byte[] json = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}".getBytes(StandardCharsets.UTF_8);
        Object request = call(modules.loadClass(RequestReader.class.getName()), "read", json);
        byte[] written = (byte[]) call(modules.loadClass(RequestWriter.class.getName()), "write", request);
        Object builder = call(modules.loadClass(GatewayClient.class.getName()), "builder");
        AutoCloseable client = (AutoCloseable) call(call(builder, "baseUrl", "http://localhost:1"), "build");

        assertThat(new String(written, StandardCharsets.UTF_8)).contains("\"content\":\"Hello\"");
        assertThat(client).hasToString("GatewayClient[gateway at http://localhost:1]");
        client.close();
    }
}
