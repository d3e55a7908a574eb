package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend that knows nothing of the deadline of a context is not asked after it. The timer of the gateway never rings here. */
@Timeout(60)
class DeadlineTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");
    private final List<String> unavailable = new ArrayList<>();

    private GatewayBuilder builder() {
        return Gateway.builder()
                .backend("main", main, BackendPolicy.builder().maxConcurrent(1).build())
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .listener(new BackendListener() {
                    @Override
                    public void onUnavailable(String backend, String model, LlmException why) {
                        unavailable.add(backend);
                    }
                })
                .timer(new ManualTimer());
    }

    private static CompletionRequest within(Duration time) {
        return HELLO.withContext(CallContext.builder().within(time).build());
    }

    private static void awaitDeadline(CompletionRequest request) {
        Duration left;
        while (!(left = request.context().remaining().orElseThrow()).isNegative()) {
            LockSupport.parkNanos(left.toNanos() + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsSentAfterIt(boolean seen) {
        GatewayBuilder builder = builder();
        if (seen) {
            builder.instrumentation(Instrumentation.builder()
                    .listener(call -> new CallListener.CallWatch() {})
                    .build());
        }
        Gateway gateway = builder.build();
        CompletionRequest late = within(Duration.ofSeconds(-1));

        for (int i = 0; i < 5; i++) { // as often as would begin a cool-down
            LlmException streamed = Recorder.of(gateway.stream(late)).awaitFailure(LlmException.class);
            LlmException whole = catchThrowableOfType(LlmException.class, () -> gateway.completions(late));

            assertThat(List.of(streamed, whole)).allSatisfy(failure -> {
                assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
                assertThat(failure.refusedBeforeSending()).isTrue();
                assertThat(failure).hasMessageContaining("deadline");
            });
        }

        assertThat(main.count() + spare.count()).isZero();
        assertThat(unavailable).isEmpty();
    }

    @Test
    void aCallThatWaitedForTheLimiterIsNotSent() {
        Gateway gateway = builder().build();
        Recorder<StreamEvent> running = Recorder.of(gateway.stream(HELLO));
        CompletionRequest request = within(Duration.ofMillis(20));
        Recorder<StreamEvent> queued = Recorder.of(gateway.stream(request));
        awaitDeadline(request);

        main.only().completes();

        running.awaitComplete();
        assertThat(queued.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(main.count()).isEqualTo(1);
        Recorder<StreamEvent> next = Recorder.of(gateway.stream(HELLO)); // its place was given back
        main.call(1).completes();
        next.awaitComplete();
    }

    @Test
    void aFallbackIsNotAskedAfterIt() {
        Gateway gateway = builder().build();
        CompletionRequest request = within(Duration.ofSeconds(2));
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(request));
        assertThat(main.count()).isEqualTo(1);
        awaitDeadline(request);

        main.only().fails(new LlmException(Kind.SERVER, "It failed."));

        LlmException failure = stream.awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(before -> assertThat(before).hasMessage("It failed."));
        assertThat(spare.count()).isZero();
    }
}
