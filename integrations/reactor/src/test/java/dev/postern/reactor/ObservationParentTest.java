package dev.postern.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor.Decision;
import dev.postern.micrometer.ObservationListener;
import dev.postern.testkit.FakeLlm;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** The observation of the Reactor Context is the parent of the calls below. */
@Timeout(60)
class ObservationParentTest {
    private static final String CALL = "gen_ai.client.inference.duration";
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final FakeLlm llm = FakeLlm.answering("Hello").repeatLast();
    private final List<Boolean> current = new CopyOnWriteArrayList<>();
    private final ReactorLlm reactive = ReactorLlm.of(Instrumentation.builder()
            .listener(ObservationListener.of(registry))
            .interceptor(call -> {
                current.add(registry.getCurrentObservation()
                        == call.context().get(ObservationListener.OBSERVATION).orElseThrow());
                return Decision.proceed();
            })
            .binding(ReactorContext.binding().then(ObservationListener.binding()))
            .build()
            .around(llm));

    /** The call is made on another thread, so the parent comes with the context. */
    @Test
    void aCallBelongsToTheObservationOfItsSubscriber() {
        Observation job = Observation.start("job", registry);
        reactive.completions(REQUEST)
                .subscribeOn(Schedulers.boundedElastic())
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, job))
                .block(WAIT);
        reactive.text(REQUEST)
                .subscribeOn(Schedulers.boundedElastic())
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, job))
                .blockLast(WAIT);
        job.stop();

        TestObservationRegistryAssert.assertThat(registry)
                .hasNumberOfObservationsWithNameEqualTo(CALL, 2)
                .forAllObservationsWithNameEqualTo(CALL, call -> call.hasParentObservationEqualTo(job));
        assertThat(current)
                .as("the call's own observation is current inside of it")
                .containsExactly(true, true);
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void theAttributeOfTheRequestCountsMore() {
        Observation job = Observation.start("job", registry);
        Observation given = Observation.start("given", registry);
        CallContext own = CallContext.builder()
                .with(ObservationListener.OBSERVATION, given)
                .build();

        reactive.completions(REQUEST.withContext(own))
                .contextWrite(Context.of(ObservationThreadLocalAccessor.KEY, job))
                .block(WAIT);
        given.stop();
        job.stop();

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(CALL)
                .that()
                .hasParentObservationEqualTo(given);
    }
}
