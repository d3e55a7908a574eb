package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.testkit.project.FootprintContract;
import java.util.ServiceLoader;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.jdbc",
                39_500,
                1_556_000,
                "jackson-core",
                "postern-agents",
                "postern-core",
                "postern-schema",
                "postern-wire");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> service = modules.loadClass(AgentSpecStoreFactory.class.getName());
        Object factory = ServiceLoader.load(service, modules).findFirst().orElseThrow();

        assertThat(call(factory, "accepts", "jdbc:h2:mem:")).isEqualTo(true);
        assertThat(factory.getClass().getModule().getName()).isEqualTo("dev.postern.jdbc");
    }
}
