package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.call.CallListener;
import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.micrometer",
                48_000,
                1_216_000,
                "jackson-core",
                "micrometer-commons",
                "micrometer-observation",
                "postern-core",
                "postern-genai");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of("micrometer.commons", "micrometer.observation");
    }

    /** Without micrometer-core. */
    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object registry = call(modules.loadClass("io.micrometer.observation.ObservationRegistry"), "create");

        Object listener = call(modules.loadClass(ObservationListener.class.getName()), "of", registry);

        assertThat(modules.loadClass(CallListener.class.getName()).isInstance(listener))
                .isTrue();
    }
}
