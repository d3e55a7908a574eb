package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The failures after which a fallback is tried, and those after which none is. */
@Timeout(60)
class FallbackKindsTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    private static final BackendPolicy NO_COOL_DOWN =
            BackendPolicy.builder().coolDown(0, Duration.ZERO).build();

    private final ScriptedBackend first = new ScriptedBackend("first");
    private final ScriptedBackend second = new ScriptedBackend("second");
    private final ScriptedBackend third = new ScriptedBackend("third");
    private final GatewayBuilder builder = Gateway.builder()
            .backend("first", first, NO_COOL_DOWN)
            .backend("second", second, NO_COOL_DOWN)
            .backend("third", third, NO_COOL_DOWN)
            .fallbacks("first", List.of("second", "third"))
            .timer(new ManualTimer());
    private Gateway gateway = builder.build();

    private static LlmException failure(Kind kind) {
        return new LlmException(kind, "It failed: " + kind + ".");
    }

    private static CompletionResponse answer(String text) {
        return CompletionResponse.builder().content(text).build();
    }

    private Recorder<StreamEvent> stream() {
        return Recorder.of(gateway.stream(HELLO));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theKindsOfFailureCanBeSetForEachBackend(Kind kind) {
        gateway = builder.fallbacks("first", List.of("third"), Set.of(Kind.QUOTA, Kind.INVALID_REQUEST))
                .build();
        stream();

        first.only().fails(failure(kind));

        assertThat(second.count()).isZero();
        assertThat(third.count()).isEqualTo(kind == Kind.QUOTA || kind == Kind.INVALID_REQUEST ? 1 : 0);
    }

    @Test
    void aSeparateListTakesPrecedence() {
        gateway = builder.fallbacks("first", List.of("second"), Set.of(Kind.CONTEXT_LENGTH))
                .contextLengthFallbacks("first", List.of("third"))
                .build();
        stream();

        first.only().fails(failure(Kind.CONTEXT_LENGTH));

        assertThat(second.count()).isZero();
        assertThat(third.count()).isOne();
    }

    @Test
    void fallbacksNeedAKindOfFailure() {
        for (Set<Kind> kinds : List.of(Set.<Kind>of(), Set.of(Kind.CANCELLED))) {
            assertThat(catchThrowableOfType(
                                    LlmException.class, () -> builder.fallbacks("first", List.of("second"), kinds))
                            .kind())
                    .isEqualTo(Kind.CONFIGURATION);
        }
    }

    @Test
    void aRequestRefusedBeforeSendingHasNoFallback() {
        for (Kind kind : Gateway.fallbackKinds()) {
            Recorder<StreamEvent> stream = stream();

            first.call(first.count() - 1)
                    .fails(LlmException.builder(kind, "Refused here.")
                            .refusedBeforeSending(true)
                            .build());

            stream.awaitFailure(LlmException.class);
        }
        assertThat(second.count()).isZero();
    }

    @Test
    void aFailureWithAnAnswerHasNoFallback() {
        Recorder<StreamEvent> stream = stream();

        first.only()
                .fails(LlmException.builder(Kind.SERVER, "The engine gave up.")
                        .answer(answer("half an answer"))
                        .build());

        LlmException reported = stream.awaitFailure(LlmException.class);
        assertThat(reported.backend()).isEqualTo("first");
        assertThat(reported.answer()).contains(answer("half an answer"));
        assertThat(second.count()).isZero();
    }

    /** The operator must not pay for a caller whose own key is refused. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTHENTICATION", "PERMISSION", "QUOTA"})
    void aRefusedKeyOfTheCallerHasNoFallback(Kind kind) {
        for (CallOptions own : List.of(
                CallOptions.builder().apiKey("mine").build(),
                CallOptions.builder().header("authorization", "Bearer mine").build(),
                CallOptions.builder().header("X-Goog-Api-Key", "mine").build(),
                CallOptions.builder().query("key", "mine").build(),
                CallOptions.builder().credential("aws_access_key_id", "mine").build())) {
            Recorder<StreamEvent> stream =
                    Recorder.of(gateway.stream(HELLO.toBuilder().options(own).build()));
            first.call(first.count() - 1).fails(failure(kind));
            assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(kind);
        }
        assertThat(second.count()).isZero();

        CallOptions harmless = CallOptions.builder()
                .header("X-Tenant", "blue")
                .query("tier", "x")
                .build();
        Recorder.of(gateway.stream(HELLO.toBuilder().options(harmless).build()));
        first.call(first.count() - 1).fails(failure(kind));
        assertThat(second.count()).isOne();
    }

    @Test
    void aFallbackThatRefusesItsOwnKeyHasAFurtherFallback() {
        CallOptions own = CallOptions.builder().apiKey("mine").build();
        Recorder<StreamEvent> stream =
                Recorder.of(gateway.stream(HELLO.toBuilder().options(own).build()));

        first.only().fails(failure(Kind.SERVER));
        second.only().fails(failure(Kind.AUTHENTICATION));
        third.only().completes();

        stream.awaitComplete();
    }

    @Test
    void aKeyOfTheCallerForTheFallbackCountsAsTheCallersKey() {
        CallOptions own = CallOptions.builder()
                .backend("second", CallOptions.builder().apiKey("mine").build())
                .build();
        Recorder<StreamEvent> stream =
                Recorder.of(gateway.stream(HELLO.toBuilder().options(own).build()));

        first.only().fails(failure(Kind.SERVER));
        second.only().fails(failure(Kind.QUOTA));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.QUOTA);
        assertThat(third.count()).isZero();
    }
}
