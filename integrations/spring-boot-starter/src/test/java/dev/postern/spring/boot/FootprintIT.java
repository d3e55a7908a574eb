package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.spring.boot",
                62_000,
                10_516_000,
                "commons-logging",
                "jackson-core",
                "micrometer-commons",
                "micrometer-observation",
                "postern-agents",
                "postern-config",
                "postern-core",
                "postern-gateway",
                "postern-provider-openai",
                "postern-schema",
                "postern-wire",
                "snakeyaml-engine",
                "spring-aop",
                "spring-beans",
                "spring-boot",
                "spring-boot-autoconfigure",
                "spring-context",
                "spring-core",
                "spring-expression");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of(
                "micrometer.commons",
                "micrometer.observation",
                "spring.aop",
                "spring.beans",
                "spring.boot",
                "spring.boot.autoconfigure",
                "spring.context",
                "spring.core",
                "spring.expression");
    }

    /** Without all that is optional. */
    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object made = modules.loadClass(PosternAutoConfiguration.class.getName())
                .getConstructor()
                .newInstance();

        assertThat(made.getClass().getModule().getName()).isEqualTo("dev.postern.spring.boot");
    }
}
