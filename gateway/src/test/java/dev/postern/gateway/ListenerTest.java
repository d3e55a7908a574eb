package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
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
    static final QuietLog LOG = QuietLog.of("dev.postern.gateway");

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
            .listener(new GatewayListener() {
                @Override
                public void onAttempt(GatewayCall call, String backend) {
                    throw new IllegalStateException("an exception of a listener affects nothing else");
                }
            })
            .listener(recorded)
            .timer(clock)
            .build();

    /** Records all events. */
    private static final class News implements GatewayListener {
        final List<String> events = new ArrayList<>();
        final List<GatewayCall> calls = new ArrayList<>();
        GatewayEnd end;

        @Override
        public void onRequest(GatewayCall call) {
            calls.add(call);
            events.add((call.streaming() ? "stream" : "answer") + " requested");
        }

        @Override
        public void onAttempt(GatewayCall call, String backend) {
            events.add("attempt at " + backend);
        }

        @Override
        public void onFirstToken(GatewayCall call, String backend) {
            events.add(
                    "first token from " + backend + " after " + call.elapsed().toMillis());
        }

        @Override
        public void onFailure(GatewayCall call, String backend, LlmException failure) {
            events.add(backend + " failed: " + failure.kind());
        }

        @Override
        public void onSwitch(GatewayCall call, String from, String to, LlmException why) {
            events.add("switch from " + from + " to " + to + ": " + why.kind());
        }

        @Override
        public void onEnd(GatewayCall call, GatewayEnd over) {
            calls.add(call);
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
                        "stream requested",
                        "attempt at main",
                        "main failed: TIMEOUT",
                        "switch from main to spare: TIMEOUT",
                        "attempt at spare",
                        "first token from spare after 250",
                        "ANSWERED by spare");
        assertThat(recorded.end.model()).isEqualTo("llama3");
        assertThat(recorded.end.stopReason()).contains(StopReason.END_TURN);
        assertThat(recorded.end.usage()).contains(Usage.of(3, 2));
        assertThat(recorded.calls.get(0)).isSameAs(recorded.calls.get(1));
        assertThat(recorded.calls.get(0).request()).isSameAs(HELLO);
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
                        "answer requested", "attempt at main", "first token from main after 0", "ANSWERED by main");
        assertThat(recorded.end.usage()).contains(Usage.of(1, 1));
    }

    @Test
    void aCoolDownIsReportedAsASwitchAtTheStart() {
        Recorder.of(gateway.stream(HELLO));
        main.only().fails(new LlmException(Kind.CONNECTION, "gone"));
        recorded.events.clear();

        Recorder.of(gateway.stream(HELLO));

        assertThat(recorded.events)
                .containsExactly("stream requested", "switch from main to spare: CONNECTION", "attempt at spare");
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
                        "stream requested", "attempt at main", "main failed: INVALID_REQUEST", "FAILED by main");
        assertThat(recorded.end.failure()).containsSame(refused);
    }

    @Test
    void aCancellationIsReportedAsAnEnd() {
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(HELLO));

        stream.cancel();
        main.only().fails(new LlmException(Kind.CANCELLED, "gone"));

        assertThat(recorded.events).containsExactly("stream requested", "attempt at main", "CANCELLED by main");
    }

    @Test
    void aCallToAnUnknownBackendEndsWithoutABackend() {
        Recorder.of(gateway.stream(HELLO.toBuilder().backend("nope").build())).awaitFailure();

        assertThat(recorded.events).containsExactly("stream requested", "FAILED by ");
    }
}
