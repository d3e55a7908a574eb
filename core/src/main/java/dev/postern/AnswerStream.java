package dev.postern;

import dev.postern.flow.FutureStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** The events of a whole answer. It is the default of {@link LlmProvider#stream}, for providers that cannot stream. */
final class AnswerStream {
    private AnswerStream() {}

    /** Cold: each subscription calls anew. */
    static Flow.Publisher<StreamEvent> of(Supplier<CompletableFuture<CompletionResponse>> call) {
        return FutureStream.of(call, AnswerStream::eventsOf, Waiting::failureOf);
    }

    /** The events of an answer, in the order that {@link StreamEvent} describes. */
    static List<StreamEvent> eventsOf(CompletionResponse answer) {
        List<StreamEvent> events = new ArrayList<>();
        for (Content part : answer.message().parts()) {
            if (part instanceof Content.Text text && !text.text().isEmpty()) {
                events.add(new StreamEvent.ContentDelta(text.text()));
            } else if (part instanceof Content.Reasoning thought) {
                events.add(new StreamEvent.ReasoningDelta(
                        thought.text(), thought.signature(), thought.redacted(), thought.providerData()));
            } else if (part instanceof ToolCall tool) {
                events.add(new StreamEvent.ToolCallStart(tool.id(), tool.name()));
                events.add(new StreamEvent.ToolCallComplete(tool));
            }
        }
        events.add(new StreamEvent.MessageStop(answer.stopReason(), answer.model(), answer.serverInfo()));
        if (answer.usage().isPresent()) {
            events.add(new StreamEvent.UsageReported(answer.usage().get()));
        }
        return events;
    }
}
