package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GuardrailTest {
    private static final String SECRET = "launch code";
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final List<List<String>> checked = Collections.synchronizedList(new ArrayList<>());

    /** Forbids a phrase, and answers on another thread. */
    private LlmProvider guarded(FakeLlm llm) {
        return Instrumentation.builder()
                .interceptor(new Guardrail(8, SECRET.length() - 1, texts -> {
                    checked.add(texts);
                    return CompletableFuture.supplyAsync(() -> texts.stream().noneMatch(text -> text.contains(SECRET)));
                }))
                .build()
                .around(llm);
    }

    @Test
    void whatIsAllowedComesOutUnchanged() {
        FakeLlm llm = FakeLlm.answering("All ", "is ", "well ", "in ", "the ", "castle", ".");
        StreamProbe probe = StreamProbe.of(guarded(llm).stream(REQUEST));

        assertThat(probe.text()).isEqualTo("All is well in the castle.");
        assertThat(probe.answer().stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(checked).hasSizeGreaterThan(2);
    }

    @Test
    void noPartOfAPhraseGoesOutThatIsSplitOverManyPieces() {
        FakeLlm llm = FakeLlm.answering("The answer is: ", "lau", "nch", " co", "de", " 1234");
        StreamProbe probe = StreamProbe.of(guarded(llm).stream(REQUEST));

        probe.expectFailure(Kind.CONTENT_FILTER);

        String came = textOf(probe.eventsSoFar());
        assertThat(came).doesNotContain("l").isSubstringOf("The answer is: ");
    }

    @Test
    void theArgumentsOfAToolCallAreHeldBackToo() {
        FakeLlm llm = FakeLlm.named("fake").thenToolCall("send", Map.of("body", "the launch code is 1234"));
        StreamProbe probe = StreamProbe.of(guarded(llm).stream(REQUEST));

        probe.expect(new StreamEvent.ToolCallStart("call_1", "send")).expectFailure(Kind.CONTENT_FILTER);

        assertThat(probe.eventsSoFar())
                .noneMatch(event -> event instanceof StreamEvent.ToolCallComplete)
                .noneMatch(event -> event instanceof StreamEvent.ToolCallDelta piece
                        && piece.delta().contains("launch"));
    }

    @Test
    void anAllowedToolCallComesOut() {
        FakeLlm llm = FakeLlm.named("fake").thenToolCall("get_weather", Map.of("city", "Paris"));

        assertThat(guarded(llm).completions(REQUEST).toolCalls().get(0).input()).containsEntry("city", "Paris");
    }

    @Test
    void whatWasNotCheckedIsDroppedAfterAFailure() {
        FakeLlm llm = FakeLlm.answering("launch", " co").cutAfter(2);
        StreamProbe probe = StreamProbe.of(guarded(llm).stream(REQUEST));

        probe.expectFailure(Kind.INCOMPLETE_STREAM);

        assertThat(textOf(probe.eventsSoFar())).isEmpty();
    }

    private static String textOf(List<StreamEvent> events) {
        StringBuilder text = new StringBuilder();
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.ContentDelta delta) {
                text.append(delta.delta());
            }
        }
        return text.toString();
    }
}
