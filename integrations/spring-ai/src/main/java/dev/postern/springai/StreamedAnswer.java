package dev.postern.springai;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import org.springframework.ai.chat.model.ChatResponse;
import reactor.core.publisher.SynchronousSink;

/**
 * The events of one stream as responses: one for each delta of text or reasoning. All else is in the last one: tool calls, which are
 * withheld until they are whole, stop reason, usage and metadata. Used by one signal at a time.
 */
final class StreamedAnswer {
    /**
     * Each response repeats the reasoning so far, as in Spring AI's own models. From this length on it comes in steps of an eighth, so that
     * the copies are not quadratic.
     */
    private static final int SMALL = 32 << 10;

    private final CompletionCollector collector = new CompletionCollector();
    private final StringBuilder reasoning = new StringBuilder();
    private int shown;

    /** Takes an event, and emits at most one response. */
    void next(StreamEvent event, SynchronousSink<ChatResponse> to) {
        collector.accept(event);
        if (event instanceof StreamEvent.ContentDelta text) {
            to.next(ResponseWriter.text(text.delta()));
        } else if (event instanceof StreamEvent.ReasoningDelta thought
                && !thought.delta().isEmpty()) {
            reasoning.append(thought.delta());
            if (reasoning.length() <= SMALL || reasoning.length() - shown >= shown / 8) {
                shown = reasoning.length();
                to.next(ResponseWriter.reasoning(reasoning.toString()));
            }
        }
    }

    /** The whole answer, after the last event. */
    CompletionResponse result() {
        return collector.result();
    }
}
