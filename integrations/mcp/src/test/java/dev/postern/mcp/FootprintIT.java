package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;
import java.net.URI;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.mcp",
                121_000,
                1_531_000,
                "jackson-core",
                "postern-agents",
                "postern-core",
                "postern-schema");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object builder =
                call(modules.loadClass(McpClient.class.getName()), "http", URI.create("http://127.0.0.1:1/mcp"));
        Object client = call(builder, "build");

        assertThat(client).hasToString("McpClient[mcp at http://127.0.0.1:1/mcp]");
        call(client, "close");
    }
}
