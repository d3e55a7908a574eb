package dev.postern.openai;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Emits the end of an answer: stop and usage, or a failure that contains what was generated. */
final class AnswerFinisher {
    private final ChatErrorReader errors;
    private final ChunkReader chunks;
    private final AnswerEmitter emitter;
    private final ServerFields fields;
    private final String model;
    private final Map<String, @Nullable Object> serverInfo;
    private String finish = "";

    /**
     * Creates the end of the answer that {@code chunks} reads and {@code emitter} emits.
     *
     * @param model the requested model
     */
    AnswerFinisher(
            ChatErrorReader errors,
            ChunkReader chunks,
            AnswerEmitter emitter,
            ServerFields fields,
            String model,
            Map<String, @Nullable Object> serverInfo) {
        this.errors = errors;
        this.chunks = chunks;
        this.emitter = emitter;
        this.fields = fields;
        this.model = model;
        this.serverInfo = serverInfo;
    }

    /** Keeps a finish reason, unless it is empty. */
    void finishReason(String finishReason) {
        finish = orElse(finishReason, finish);
    }

    boolean isFinished() {
        return !finish.isEmpty();
    }

    /**
     * Emits the rest of the answer, and its end.
     *
     * @throws LlmException if the finish reason means a failure
     */
    void emit(Consumer<? super StreamEvent> out) {
        if (FinishReason.isFailure(finish)) {
            throw withPartialAnswer(errors.failedFinish(finish), List.of());
        }
        boolean malformedCall = FinishReason.isMalformedCall(finish);
        if (malformedCall && !emitter.hasCalls()) {
            throw withPartialAnswer(errors.malformedCall(finish), List.of());
        }
        if (!emitter.hasContent() && !emitter.media().isEmpty() && !fields.areWanted()) {
            throw withPartialAnswer(
                    errors.onlyMedia(emitter.media()), List.of()); // otherwise the answer would look empty
        }
        emitter.complete(malformedCall, out);
        out.accept(stop(stopReason()));
        Usage usage = chunks.usage();
        if (usage != null) {
            out.accept(new StreamEvent.UsageReported(usage));
        }
    }

    private StopReason stopReason() {
        if (emitter.hasCalls()) {
            return StopReason.TOOL_USE; // several servers send "stop" with tool calls
        }
        if (emitter.refused()) {
            return StopReason.CONTENT_FILTER;
        }
        StopReason reason = FinishReason.stopReason(finish);
        return reason == StopReason.TOOL_USE ? StopReason.END_TURN : reason; // "tool_calls" without a tool call
    }

    private StreamEvent.MessageStop stop(StopReason reason) {
        if (!finish.isEmpty()) {
            serverInfo.put(CompletionResponse.FINISH_REASON, finish);
        }
        fields.addTo(serverInfo);
        return new StreamEvent.MessageStop(reason, orElse(chunks.answeredBy(), model), serverInfo);
    }

    /**
     * Adds the partial answer to a failure. The request is then not retried, because the server charges for the
     * partial answer. Returns the same failure if nothing was generated.
     *
     * @param generated the events that were not emitted: all events of a whole answer, the rest of a stream
     */
    LlmException withPartialAnswer(LlmException failure, List<StreamEvent> generated) {
        Usage usage = chunks.usage();
        boolean hasPartialAnswer = emitter.hasContent()
                || !generated.isEmpty()
                || !emitter.media().isEmpty()
                || (usage != null && usage.outputTokens() > 0)
                || FinishReason.impliesOutput(finish);
        if (!hasPartialAnswer) {
            return failure;
        }
        CompletionCollector partial = new CompletionCollector();
        for (StreamEvent event : generated) {
            if (event instanceof StreamEvent.ContentDelta || event instanceof StreamEvent.ReasoningDelta) {
                partial.accept(event); // tool calls of a failed answer must not be run
            }
        }
        partial.accept(stop(StopReason.OTHER));
        if (usage != null) {
            partial.accept(new StreamEvent.UsageReported(usage));
        }
        return failure.toBuilder().answer(partial.result()).build();
    }

    private static String orElse(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
