package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The estimate of what no server reported. */
@Timeout(60)
class EstimatorTest {
    private final Witness witness = new Witness();
    private final UsageEstimator seventy = (request, progress) -> Usage.of(70, 7);

    private static LlmProvider answering() {
        return Events.provider(request -> Events.stream(Events.answer("some text", "more")));
    }

    /** What was spent on a stream that is cancelled after its first event. */
    private Spent spent(LlmProvider llm) throws Exception {
        Recorder<StreamEvent> stream = Recorder.requesting(1);
        llm.stream(Events.HELLO).subscribe(stream);
        stream.awaitItems(1);
        stream.cancel();
        return witness.ended().end.spent().orElseThrow();
    }

    private LlmProvider watched(LlmProvider llm) {
        return Instrumentation.builder().listener(witness).build().around(llm);
    }

    @Test
    void anEstimatorAloneIsAnInstrumentation() throws Exception {
        Instrumentation estimating =
                Instrumentation.builder().estimator(seventy).build();

        assertThat(estimating.isEmpty()).isFalse();
        Spent spent = spent(watched(estimating.around(answering())));
        assertThat(spent.usage()).isEqualTo(Usage.of(70, 7));
        assertThat(spent.certainty()).isEqualTo(Certainty.ESTIMATED);
    }

    @Test
    void aSumHasTheEstimator() throws Exception {
        Instrumentation sum = Instrumentation.builder()
                .listener(witness)
                .build()
                .plus(Instrumentation.builder().estimator(seventy).build());

        assertThat(spent(sum.around(answering())).usage()).isEqualTo(Usage.of(70, 7));
    }

    @Test
    void whatAnEstimatorThrowsIsLoggedAndTheDefaultTakesItsPlace() throws Exception {
        UsageEstimator broken = (request, progress) -> {
            throw new IllegalStateException("on purpose");
        };
        try (CapturedLog log = CapturedLog.of("dev.postern.call")) {
            LlmProvider llm = Instrumentation.builder()
                    .listener(witness)
                    .estimator(broken)
                    .build()
                    .around(answering());

            assertThat(spent(llm).usage()).isEqualTo(Usage.of(6, 3)); // 5 characters and the frame of a message; 9
            assertThat(log.await(1, "The estimator ")).hasSize(1);
            assertThat(log.records(Level.WARNING).get(0).getThrown()).hasMessage("on purpose");
        }
    }

    @Test
    void interceptorsEstimateAsListenersAreTold() {
        List<Usage> estimates = new ArrayList<>();
        Interceptor asking = call -> {
            estimates.add(call.estimator().estimate(call.request(), Progress.NONE));
            return Decision.proceed();
        };

        Instrumentation.builder()
                .estimator(seventy)
                .interceptor(asking)
                .attemptInterceptor(asking)
                .build()
                .around(answering())
                .completions(Events.HELLO);

        assertThat(estimates).containsExactly(Usage.of(70, 7), Usage.of(70, 7));
    }
}
