package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.call.Interceptor.Decision;
import dev.postern.testkit.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interceptor refuses one backend, and the gateway asks another one if the refusal allows it. */
@Timeout(60)
class RefusedBackendTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final ScriptedBackend first = new ScriptedBackend("first");
    private final ScriptedBackend second = new ScriptedBackend("second");
    private final List<String> unavailable = new ArrayList<>();

    private static LlmException refusal(Kind kind, boolean fallback) {
        return LlmException.builder(kind, "Not here.").fallbackAllowed(fallback).build();
    }

    /** An interceptor that refuses the first backend, wherever it stands. */
    private static Interceptor refusing(LlmException failure) {
        return call ->
                call.target().map(Interceptor.Target::backend).orElse("first").equals("first")
                        ? Decision.refuse(failure)
                        : Decision.proceed();
    }

    private static Instrumentation aroundCalls(Interceptor interceptor) {
        return Instrumentation.builder().interceptor(interceptor).build();
    }

    private GatewayBuilder builder(LlmProvider intended) {
        return Gateway.builder()
                .backend("first", intended)
                .backend("second", second)
                .fallbacks("first", List.of("second"))
                .listener(new BackendListener() {
                    @Override
                    public void onUnavailable(String backend, String model, LlmException why) {
                        unavailable.add(backend);
                    }
                });
    }

    private static Recorder<StreamEvent> stream(Gateway gateway) {
        return Recorder.of(gateway.stream(HELLO));
    }

    @Test
    void aRefusalOfABackendsInterceptorLeadsToTheFallback() {
        Gateway gateway = builder(
                        aroundCalls(refusing(refusal(Kind.QUOTA, true))).around(first))
                .build();

        for (int i = 0; i < 5; i++) { // as often as would begin a cool-down
            Recorder<StreamEvent> stream = stream(gateway);
            second.call(i).says("from second").completes();
            assertThat(stream.awaitComplete()).containsExactly(new ContentDelta("from second"));
        }

        assertThat(first.count()).isZero();
        assertThat(unavailable).isEmpty();
        assertThat(gateway.health().up()).isTrue();
    }

    @Test
    void soDoesOneOfAnAttemptInterceptorOfTheGateway() {
        Gateway gateway = builder(first)
                .instrumentation(Instrumentation.builder()
                        .attemptInterceptor(refusing(refusal(Kind.PERMISSION, true)))
                        .build())
                .build();

        var answer = gateway.completionsAsync(HELLO);
        second.only()
                .answer
                .complete(CompletionResponse.builder().content("from second").build());

        assertThat(answer.join().content()).isEqualTo("from second");
        assertThat(first.count()).isZero();
        assertThat(unavailable).isEmpty();
    }

    /** The key of the caller was not refused, as no server has seen it. */
    @Test
    void soDoesOneOfACallWithItsOwnKey() {
        Gateway gateway = builder(
                        aroundCalls(refusing(refusal(Kind.QUOTA, true))).around(first))
                .build();
        CompletionRequest own = HELLO.toBuilder()
                .options(CallOptions.builder().apiKey("sk-own").build())
                .build();

        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(own));
        second.only().says("from second").completes();

        stream.awaitComplete();
        assertThat(second.only().request.options().apiKey()).isEmpty();
    }

    @Test
    void withoutThePermissionTheRefusalEndsTheCall() {
        Gateway gateway = builder(
                        aroundCalls(refusing(refusal(Kind.QUOTA, false))).around(first))
                .build();

        LlmException failure = stream(gateway).awaitFailure(LlmException.class);

        assertThat(failure.refusedBeforeSending()).isTrue();
        assertThat(failure.fallbackAllowed()).isFalse();
        assertThat(second.count()).isZero();
    }

    /** No list of fallbacks names this kind. */
    @Test
    void theKindDecidesWhichFallbackFollows() {
        Gateway gateway = builder(aroundCalls(refusing(refusal(Kind.INVALID_REQUEST, true)))
                        .around(first))
                .build();

        LlmException failure = stream(gateway).awaitFailure(LlmException.class);

        assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(failure.backend()).isEqualTo("first");
        assertThat(second.count()).isZero();
    }

    @Test
    void theLastFailureKeepsTheRefusal() {
        Gateway gateway = builder(
                        aroundCalls(refusing(refusal(Kind.QUOTA, true))).around(first))
                .build();

        var answer = gateway.completionsAsync(HELLO);
        second.only().answer.completeExceptionally(new LlmException(Kind.SERVER, "It failed."));

        CompletionException thrown = catchThrowableOfType(CompletionException.class, answer::join);
        assertThat(thrown).hasCauseInstanceOf(LlmException.class).hasMessageContaining("It failed.");
        assertThat(thrown.getCause().getSuppressed())
                .singleElement()
                .satisfies(before -> assertThat(before).hasMessage("Not here."));
    }

    /** A filter that fails at this text. */
    private static Interceptor failingAt(String text) {
        return call -> Decision.proceed(new EventFilter() {
            @Override
            public void onEvent(StreamEvent event, Output out) {
                if (event.equals(new ContentDelta(text))) {
                    out.fail(refusal(Kind.CONTENT_FILTER, true));
                } else {
                    out.emit(event);
                }
            }
        });
    }

    @Test
    void aFilterThatEmittedNothingLeadsToTheFallback() throws Exception {
        Gateway gateway = builder(aroundCalls(failingAt("bad")).around(first))
                .contentFilterFallbacks("first", List.of("second"))
                .build();
        Recorder<StreamEvent> stream = stream(gateway);

        first.only().says("bad");
        assertThat(first.only().awaitCancelled()).isTrue();
        second.only().says("good").completes();

        assertThat(stream.awaitComplete()).containsExactly(new ContentDelta("good"));
    }

    @Test
    void afterAnEventThereIsNoFallback() {
        Gateway gateway = builder(aroundCalls(failingAt("bad")).around(first))
                .contentFilterFallbacks("first", List.of("second"))
                .build();
        Recorder<StreamEvent> stream = stream(gateway);

        first.only().says("good").says("bad");

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CONTENT_FILTER);
        assertThat(second.count()).isZero();
    }
}
