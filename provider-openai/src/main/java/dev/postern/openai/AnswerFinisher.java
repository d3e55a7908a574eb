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

/** How an answer ends: with its stop and its usage, or with a failure that holds what was paid for. */
final class AnswerFinisher {
    private final ChatErrorReader errors;
    private final ChunkReader chunks;
    private final AnswerEmitter emitter;
    private final ServerFields fields;
    private final String model;
    private final Map<String, @Nullable Object> metadata;
    private String finish = "";

    /** The end of an answer that these two read and emit; {@code model} is the one that was asked. */
    AnswerFinisher(
            ChatErrorReader errors,
            ChunkReader chunks,
            AnswerEmitter emitter,
            ServerFields fields,
            String model,
            Map<String, @Nullable Object> metadata) {
        this.errors = errors;
        this.chunks = chunks;
        this.emitter = emitter;
        this.fields = fields;
        this.model = model;
        this.metadata = metadata;
    }

    /** A finish reason was seen; an empty one is none. */
    void saw(String finishReason) {
        finish = orElse(finishReason, finish);
    }

    boolean isFinished() {
        return !finish.isEmpty();
    }

    /**
     * Emits what is left of the answer, and its end.
     *
     * @throws LlmException if the finish reason is a failure
     */
    void emit(Consumer<? super StreamEvent> out) {
        if (FinishReason.isFailure(finish)) {
            throw withPaid(errors.failedFinish(finish), List.of());
        }
        boolean malformedCall = FinishReason.isMalformedCall(finish);
        if (malformedCall && !emitter.hasCalls()) {
            throw withPaid(errors.malformedCall(finish), List.of());
        }
        if (!emitter.saidAnything() && !emitter.media().isEmpty() && !fields.areWanted()) {
            throw withPaid(errors.unread(emitter.media()), List.of()); // it would look like an empty answer
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
            return StopReason.TOOL_USE; // several servers say "stop"
        }
        if (emitter.refused()) {
            return StopReason.CONTENT_FILTER;
        }
        StopReason said = FinishReason.stopReason(finish);
        return said == StopReason.TOOL_USE ? StopReason.END_TURN : said; // it says tool_calls and has none
    }

    private StreamEvent.MessageStop stop(StopReason reason) {
        if (!finish.isEmpty()) {
            metadata.put(CompletionResponse.FINISH_REASON, finish);
        }
        fields.addTo(metadata);
        return new StreamEvent.MessageStop(reason, orElse(chunks.answeredBy(), model), metadata);
    }

    /**
     * The failure with what was generated, and so paid for, before it. Such a request is not sent again automatically. The
     * same failure if nothing was generated.
     *
     * @param generated the events that were not emitted: all of an answer that came whole, the rest of one that came as a
     *     stream
     */
    LlmException withPaid(LlmException failure, List<StreamEvent> generated) {
        Usage usage = chunks.usage();
        boolean paid = emitter.saidAnything()
                || !generated.isEmpty()
                || !emitter.media().isEmpty()
                || (usage != null && usage.outputTokens() > 0)
                || FinishReason.isPaid(finish);
        if (!paid) {
            return failure;
        }
        CompletionCollector partial = new CompletionCollector();
        for (StreamEvent event : generated) {
            if (event instanceof StreamEvent.ContentDelta || event instanceof StreamEvent.ReasoningDelta) {
                partial.accept(event); // calls of an answer that failed are nothing to run
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
