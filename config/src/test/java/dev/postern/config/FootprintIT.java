package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.config",
                87_000,
                2_004_000,
                "jackson-core",
                "postern-agents",
                "postern-core",
                "postern-gateway",
                "postern-schema",
                "postern-wire",
                "snakeyaml-engine");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object loader = call(modules.loadClass(GatewayLoader.class.getName()), "create");
        AutoCloseable running =
                (AutoCloseable) call(loader, "parse", "providers: {llm: {backends: {main: {backend: noop}}}}");

        assertThat(call(running, "gateway")).hasToString("Gateway[main (default)]");
        running.close();
    }
}
