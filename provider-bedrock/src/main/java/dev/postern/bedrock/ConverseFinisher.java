package dev.postern.bedrock;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.util.List;
import java.util.function.Consumer;

/**
 * Emits the end of an answer of Converse: the open blocks, the stop and the usage. An unusable answer is a failure that
 * contains what was generated. A stream without the event {@code metadata} has no usage.
 */
final class ConverseFinisher {
    private final ConverseErrorReader errors;
    private final ContentBlocks blocks;
    private final String model;
    private final AnswerFields answer;

    /**
     * Creates the end of one answer.
     *
     * @param blocks the content of the answer
     * @param answer its other fields
     * @param model the model of the request
     */
    ConverseFinisher(ConverseErrorReader errors, ContentBlocks blocks, String model, AnswerFields answer) {
        this.errors = errors;
        this.blocks = blocks;
        this.model = model;
        this.answer = answer;
    }

    /**
     * Emits the rest of a complete answer, and its end.
     *
     * @param held the events of a whole answer, which were not emitted yet; none for a stream
     * @throws LlmException if the answer is unusable
     */
    void emit(Consumer<? super StreamEvent> out, List<StreamEvent> held) {
        String stopReason = answer.stopReason();
        StopReason reported = ConverseNames.stopReason(stopReason);
        boolean malformed = ConverseNames.isMalformed(stopReason);
        blocks.close(malformed, reported == StopReason.MAX_TOKENS, out);
        blocks.serverFields().forEach(answer.serverInfo()::putIfAbsent);
        if (malformed && !blocks.hasCalls()) {
            throw errors.malformed(stopReason, partialAnswer(held));
        }
        if (blocks.hasIncompleteCall()) {
            throw errors.incompleteCall(partialAnswer(held));
        }
        if (!blocks.unknownOnly().isEmpty()) {
            throw errors.unknownBlocks(blocks.unknownOnly(), partialAnswer(held));
        }
        out.accept(messageStop(blocks.hasCalls() ? StopReason.TOOL_USE : withoutCalls(reported)));
        emitUsage(out);
    }

    private void emitUsage(Consumer<? super StreamEvent> out) {
        Usage usage = answer.usage();
        if (usage != null) {
            out.accept(new StreamEvent.UsageReported(usage));
        }
    }

    /** The stop reason of an answer without tool calls. Some models report tool_use and call no tool. */
    private static StopReason withoutCalls(StopReason reported) {
        return reported == StopReason.TOOL_USE ? StopReason.END_TURN : reported;
    }

    private StreamEvent.MessageStop messageStop(StopReason reason) {
        if (!answer.stopReason().isEmpty()) {
            answer.serverInfo().put(CompletionResponse.FINISH_REASON, answer.stopReason());
        }
        return new StreamEvent.MessageStop(reason, model, answer.serverInfo());
    }

    /** Adds the partial answer to a failure, if anything was generated before it. */
    LlmException withPartialAnswer(LlmException failure) {
        Usage usage = answer.usage();
        boolean nothing = !blocks.hasEmitted() && (usage == null || usage.outputTokens() == 0);
        return nothing
                ? failure
                : failure.toBuilder().answer(partialAnswer(List.of())).build();
    }

    /** The usage and server info of an answer that failed, and the events that were held. */
    private CompletionResponse partialAnswer(List<StreamEvent> held) {
        CompletionCollector collector = new CompletionCollector();
        held.forEach(collector::accept);
        collector.accept(messageStop(StopReason.OTHER));
        emitUsage(collector::accept);
        return collector.result();
    }
}
