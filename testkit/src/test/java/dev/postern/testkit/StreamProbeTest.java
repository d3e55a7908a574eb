package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Flow;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StreamProbeTest {
    private static final CompletionRequest HI = CompletionRequest.of("Hi");

    private static StreamProbe probe(FakeLlm llm) {
        return StreamProbe.of(llm.stream(HI));
    }

    @Test
    void itRequestsWhatItExpects() {
        StreamProbe probe = probe(FakeLlm.answering("a", "b", "c"));

        assertThat(probe.eventsSoFar()).isEmpty();
        probe.expectText("a");
        assertThat(probe.eventsSoFar()).hasSize(1);
        probe.request(2);
        assertThat(probe.eventsSoFar()).hasSize(3);
        probe.expectText("b").expectText("c").expectEnd();
        assertThat(probe.text()).isEqualTo("abc");
    }

    @Test
    void differencesAreNamed() {
        assertFails(
                () -> probe(FakeLlm.answering("a", "b")).expectText("a").expectText("c"),
                "Expected ContentDelta[delta=c], but found ContentDelta[delta=b]; the events so far: "
                        + "[ContentDelta[delta=a], ContentDelta[delta=b]]");
        assertFails(() -> probe(FakeLlm.answering("a")).expectEnd(), "Expected the end, but found ContentDelta");
        assertFails(() -> probe(FakeLlm.answering()).expectText("a"), "but found MessageStop");
        assertFails(() -> probe(FakeLlm.failing(Kind.SERVER)).expectText("a"), "but found LlmException[SERVER]");
        assertFails(() -> probe(FakeLlm.failing(Kind.SERVER)).expectEnd(), "but found LlmException[SERVER]");
        assertFails(() -> probe(FakeLlm.failing(Kind.SERVER)).text(), "Expected a whole answer");
        assertFails(() -> probe(FakeLlm.failing(Kind.SERVER)).expectFailure(Kind.TIMEOUT), "a failure with TIMEOUT");
        assertFails(() -> probe(FakeLlm.answering("a")).expectFailure(Kind.SERVER), "but found ContentDelta");
        FakeLlm calling =
                FakeLlm.named("x").thenToolCall("look", Map.of("n", 1)).repeatLast();
        assertFails(() -> probe(calling).expectToolCall("look", Map.of("n", 2)), "a call of look with {n=2}");
        assertFails(() -> probe(calling).expectReasoning("x"), "Expected ReasoningDelta, but found ToolCallStart");
    }

    @Test
    void waitsHaveALimit() {
        StreamProbe probe = probe(FakeLlm.answering("a", "b").hangAfter(1)).within(Duration.ofMillis(20));

        probe.expectText("a");

        assertFails(() -> probe.expectText("b"), "Waited 20 ms for event 2");
    }

    @Test
    void violationsOfReactiveStreamsAreFound() {
        Flow.Publisher<StreamEvent> careless = subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onNext(new ContentDelta("a"));
        };

        assertFails(() -> StreamProbe.of(careless).expectText("a"), "violates Reactive Streams: [1 items, but 0 were");
    }

    private static void assertFails(ThrowingCallable action, String text) {
        assertThatThrownBy(action).isInstanceOf(AssertionError.class).hasMessageContaining(text);
    }
}
