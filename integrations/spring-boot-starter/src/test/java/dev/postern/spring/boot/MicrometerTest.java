package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.genai.GenAiNames;
import dev.postern.micrometer.MeterListener;
import dev.postern.micrometer.MeterRunListener;
import dev.postern.micrometer.ObservationListener;
import dev.postern.micrometer.ObservationRunListener;
import dev.postern.testkit.WireServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;

/** Calls are observed and measured if the application has registries. */
class MicrometerTest {
    private static final String TOKENS = "usage.input_tokens";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final List<String> names = new CopyOnWriteArrayList<>();
    private final CountDownLatch ends = new CountDownLatch(2); // of the attempt and of the call

    MicrometerTest() {
        observations.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                names.add(context.getName());
                ends.countDown();
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @Test
    void aCallIsObservedAndMeasured() {
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withBean(MeterRegistry.class, () -> meters)
                    .withBean(ObservationRegistry.class, () -> observations)
                    .run(context -> {
                        context.getBean(LlmProvider.class).completions(QUESTION);

                        assertThat(ends.await(30, TimeUnit.SECONDS)).isTrue();
                        assertThat(names).hasSize(2);
                        assertThat(meters.get("gen_ai.client.inference." + TOKENS)
                                        .counter()
                                        .count())
                                .isEqualTo(10);
                        assertThat(context)
                                .hasSingleBean(ContextBinding.class)
                                .hasSingleBean(ObservationRunListener.class)
                                .hasSingleBean(MeterRunListener.class);
                    });
        }
    }

    @Test
    void theNamesAreABean() {
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withBean(MeterRegistry.class, () -> meters)
                    .withBean(ObservationRegistry.class, () -> observations)
                    .withBean(GenAiNames.class, () -> GenAiNames.V1_41)
                    .run(context -> {
                        context.getBean(LlmProvider.class).completions(QUESTION);

                        assertThat(ends.await(30, TimeUnit.SECONDS)).isTrue();
                        assertThat(names).contains("gen_ai.client.operation.duration");
                    });
        }
    }

    @Test
    void withoutRegistriesNothingIsObserved() {
        Contexts.plain()
                .withPropertyValues("postern.provider=noop")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(MeterListener.class)
                        .doesNotHaveBean(ObservationListener.class)
                        .doesNotHaveBean(ContextBinding.class));
    }

    @Test
    void needsTheModuleForMicrometer() {
        Contexts.plain()
                .withPropertyValues("postern.provider=noop")
                .withBean(ObservationRegistry.class, () -> observations)
                .withClassLoader(new FilteredClassLoader("dev.postern.micrometer"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("posternObservationListener"));
    }

    @Test
    void listenersOfTheApplicationReplaceOurs() {
        ObservationListener own = ObservationListener.of(observations);
        Contexts.plain()
                .withPropertyValues("postern.provider=noop")
                .withBean(ObservationRegistry.class, () -> observations)
                .withBean(ObservationListener.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(ObservationListener.class)).isSameAs(own));
    }
}
