package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events that a listener receives. */
@Timeout(60)
class ListenerTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    /** Suppresses the log of the listener that throws on purpose. */
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.call");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");
    private final News recorded = new News();
    private final Gateway gateway = Gateway.builder()
            .backend(
                    "main",
                    main,
                    BackendPolicy.builder().coolDown(1, Duration.ofSeconds(30)).build())
            .backend("spare", spare)
            .fallbacks("main", List.of("spare"))
            .instrumentation(Instrumentation.builder()
                    .listener(call -> {
                        throw new IllegalStateException("an exception of a listener affects nothing else");
                    })
                    .listener(recorded)
                    .build())
            .timer(clock)
            .build();

    /** Records all events. */
    private static final class News implements CallListener, CallListener.CallWatch {
        final List<String> events = new ArrayList<>();
        CallStart start;
        CallEnd end;

        @Override
        public CallWatch begin(CallStart call) {
            start = call;
            events.add((call.streaming() ? "stream" : "answer") + " requested of " + call.provider());
            return this;
        }

        @Override
        public AttemptWatch attempt(AttemptStart attempt) {
            events.add("attempt " + attempt.number() + " at " + attempt.backend() + ", " + attempt.why());
            return new AttemptWatch() {
                @Override
                public void firstToken(Duration sinceStart) {
                    events.add("first token from " + attempt.backend());
                }

                @Override
                public void end(AttemptEnd over) {
                    events.add(over.backend() + " " + over.outcome()
                            + over.failure()
                                    .map(failure -> ": " + failure.kind())
                                    .orElse(""));
                }
            };
        }

        @Override
        public void retry(Retry retry) {
            events.add(retry.why() + " from " + retry.fromBackend() + " to " + retry.toBackend() + ": "
                    + retry.failure().kind());
        }

        @Override
        public void end(CallEnd over) {
            end = over;
            events.add(over.outcome() + " by " + over.backend());
        }
    }

    @Test
    void aSwitchOfAStreamIsReported() {
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(HELLO));
        main.only().fails(new LlmException(Kind.TIMEOUT, "silent"));
        clock.advance(Duration.ofMillis(250));
        spare.only()
                .says("a", "b")
                .says(new StreamEvent.MessageStop(StopReason.END_TURN, "llama3", Map.of()))
                .says(new StreamEvent.UsageReported(Usage.of(3, 2)))
                .completes();

        stream.awaitComplete();
        assertThat(recorded.events)
                .containsExactly(
                        "stream requested of gateway",
                        "attempt 1 at main, FIRST",
                        "main FAILED: TIMEOUT",
                        "FALLBACK from main to spare: TIMEOUT",
                        "attempt 2 at spare, FALLBACK",
                        "first token from spare",
                        "spare ANSWERED",
                        "ANSWERED by spare");
        assertThat(recorded.end.model()).isEqualTo("llama3");
        assertThat(recorded.end.stopReason()).contains(StopReason.END_TURN);
        assertThat(recorded.end.spent().orElseThrow().usage()).isEqualTo(Usage.of(3, 2));
        assertThat(recorded.end.attempts()).isEqualTo(2);
        assertThat(recorded.start.request()).isEqualTo(HELLO);
        assertThat(recorded.start.request().context().id())
                .isNotEmpty()
                .isEqualTo(recorded.start.context().id());
    }

    @Test
    void aWholeAnswerIsReported() {
        var answer = gateway.completionsAsync(HELLO);
        main.only()
                .answer
                .complete(CompletionResponse.builder()
                        .model("gpt")
                        .content("Hi")
                        .usage(Usage.of(1, 1))
                        .build());

        assertThat(answer).isCompleted();
        assertThat(recorded.events)
                .containsExactly(
                        "answer requested of gateway",
                        "attempt 1 at main, FIRST",
                        "first token from main",
                        "main ANSWERED",
                        "ANSWERED by main");
        assertThat(recorded.end.spent().orElseThrow().usage()).isEqualTo(Usage.of(1, 1));
    }

    @Test
    void aCoolDownIsReportedAsASwitchAtTheStart() {
        Recorder.of(gateway.stream(HELLO));
        main.only().fails(new LlmException(Kind.CONNECTION, "gone"));
        recorded.events.clear();

        Recorder.of(gateway.stream(HELLO));

        assertThat(recorded.events)
                .containsExactly(
                        "stream requested of gateway",
                        "FALLBACK from main to spare: CONNECTION",
                        "attempt 1 at spare, FIRST");
    }

    @Test
    void aFailureIsReportedWithTheEnd() {
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(HELLO));
        LlmException refused = LlmException.builder(Kind.INVALID_REQUEST, "no such field")
                .backend("main")
                .build();
        main.only().fails(refused);

        stream.awaitFailure();
        assertThat(recorded.events)
                .containsExactly(
                        "stream requested of gateway",
                        "attempt 1 at main, FIRST",
                        "main FAILED: INVALID_REQUEST",
                        "FAILED by main");
        assertThat(recorded.end.failure()).containsSame(refused);
    }

    @Test
    void aCancellationIsReportedAsAnEnd() {
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(HELLO));

        stream.cancel();
        main.only().fails(new LlmException(Kind.CANCELLED, "gone"));

        assertThat(recorded.events)
                .containsExactly(
                        "stream requested of gateway",
                        "attempt 1 at main, FIRST",
                        "main CANCELLED",
                        "CANCELLED by main");
    }

    @Test
    void aCallToAnUnknownBackendEndsWithoutABackend() {
        Recorder.of(gateway.stream(HELLO.toBuilder().backend("nope").build())).awaitFailure();

        assertThat(recorded.events).containsExactly("stream requested of gateway", "FAILED by ");
    }
}
