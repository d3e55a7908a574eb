package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.spring.boot",
                50_000,
                15_000_000,
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

    /** Without all that is optional: starts a context of named modules. */
    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> type = modules.loadClass(PosternAutoConfiguration.class.getName());
        Class<?> contexts =
                modules.loadClass("org.springframework.context.annotation.AnnotationConfigApplicationContext");
        String before = System.setProperty("postern.provider", "noop");
        try (AutoCloseable context =
                (AutoCloseable) contexts.getConstructor(Class[].class).newInstance((Object) new Class<?>[] {type})) {
            Object gateway = call(context, "getBean", "posternGateway");

            assertThat(gateway).hasToString("Gateway[noop (default)]");
        } finally {
            if (before == null) {
                System.clearProperty("postern.provider");
            } else {
                System.setProperty("postern.provider", before);
            }
        }
    }
}
