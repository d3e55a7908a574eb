package dev.postern.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.call.CallListener;
import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.opentelemetry",
                46_000,
                1_311_000,
                "jackson-core",
                "opentelemetry-api",
                "opentelemetry-common",
                "opentelemetry-context",
                "postern-core",
                "postern-genai");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of("io.opentelemetry.api", "io.opentelemetry.common", "io.opentelemetry.context");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object noop = call(modules.loadClass("io.opentelemetry.api.OpenTelemetry"), "noop");

        Object listener = call(modules.loadClass(OpenTelemetryListener.class.getName()), "of", noop);

        assertThat(modules.loadClass(CallListener.class.getName()).isInstance(listener))
                .isTrue();
    }
}
