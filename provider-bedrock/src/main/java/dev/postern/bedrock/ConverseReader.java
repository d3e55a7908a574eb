package dev.postern.bedrock;

import dev.postern.CompletionCollector;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.HttpReply;
import dev.postern.json.JsonException;
import dev.postern.json.JsonReader;
import dev.postern.json.RepetitionFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads one answer of Converse, from the frames of a stream or from a whole body. A block of a whole answer is handled
 * like a block of a stream with one delta and a stop. An answer without a stop reason was cut off. An answer without
 * metadata has no usage.
 */
final class ConverseReader {
    /** The events that are read, besides the deltas. messageStart contains only the role. */
    private static final Set<String> EVENTS =
            Set.of("contentBlockStart", "contentBlockStop", "messageStop", "metadata");

    private final ConverseErrorReader errors;
    private final ContentBlocks blocks;
    private final String model;
    private final AnswerFields answer;
    private final JsonReader json = JsonReader.lenient();
    private final RepetitionFilter repetitions = new RepetitionFilter();

    private boolean sawStop; // in a stream
    private boolean sawMetadata;

    /**
     * Creates a reader of one answer.
     *
     * @param model the model of the request; an answer of Converse does not name its model
     */
    ConverseReader(ConverseErrorReader errors, ContentBlocks blocks, String model, AnswerFields answer) {
        this.errors = errors;
        this.blocks = blocks;
        this.model = model;
        this.answer = answer;
    }

    /** Reads a frame of the stream. The caller may reuse the buffer afterwards. */
    void frame(FrameHeaders headers, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        try {
            read(headers, buffer, offset, length, out);
        } catch (JsonException e) {
            throw withPartialAnswer(
                    errors.invalidEvent(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
        }
    }

    private void read(FrameHeaders headers, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        switch (headers.messageType()) {
            case "event" -> {
                if (headers.type().equals("contentBlockDelta")) {
                    delta(buffer, offset, length, out);
                } else if (EVENTS.contains(headers.type())) {
                    json.begin(buffer, offset, length);
                    event(headers.type(), length, out);
                    json.end();
                } else if (headers.type().endsWith("Exception")) { // AWS's API also defines exceptions as events
                    throw withPartialAnswer(
                            errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
                } // all other events are unknown
            }
            case "exception" ->
                throw withPartialAnswer(
                        errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
            case "error" -> throw withPartialAnswer(errors.inStream(headers.type(), headers.errorMessage()));
            default -> {} // an unknown type of message
        }
    }

    private void delta(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (repetitions.repeats(buffer, offset, length)) {
            blocks.repeat(repetitions.text(), out);
            return;
        }
        repetitions.begin(json, buffer, offset, length);
        blocks.event("contentBlockDelta", json, length, out);
        json.end();
        if (blocks.isOneString()) {
            repetitions.keep(blocks.oneString(), buffer, offset, length);
        }
    }

    private void event(String type, int length, Consumer<? super StreamEvent> out) {
        switch (type) {
            case "contentBlockStart", "contentBlockStop" -> blocks.event(type, json, length, out);
            case "messageStop" -> {
                sawStop = true;
                blocks.keep(length);
                answer.read(json, blocks, out);
            }
            default -> { // metadata
                sawMetadata = true;
                blocks.keep(length);
                answer.read(json, blocks, out);
            }
        }
    }

    /** Reads a whole answer. An answer that was cut off emits nothing, so that the request can be retried. */
    void whole(HttpReply reply, Consumer<? super StreamEvent> out) {
        byte[] body = reply.body();
        List<StreamEvent> events = new ArrayList<>();
        try {
            json.begin(body, 0, body.length);
            answer.read(json, blocks, events::add);
            json.end();
        } catch (JsonException e) {
            throw e.truncated() ? errors.truncated(reply) : errors.invalidAnswer(reply);
        }
        if (!answer.hasMessage() && !ConverseNames.isMalformed(answer.stopReason())) {
            throw errors.invalidAnswer(reply);
        }
        if (answer.stopReason().isEmpty()) {
            throw errors.truncated(reply);
        }
        end(events::add, events);
        events.forEach(out);
    }

    /** Ends a stream. */
    void end(Consumer<? super StreamEvent> out) {
        end(out, List.of());
    }

    /**
     * Ends a stream or a whole answer.
     *
     * @param held the events of a whole answer, which are emitted only if it is valid
     */
    private void end(Consumer<? super StreamEvent> out, List<StreamEvent> held) {
        if (phase() == Phase.OPEN) {
            throw withPartialAnswer(errors.truncated());
        }
        String stopReason = answer.stopReason();
        StopReason reported = ConverseNames.stopReason(stopReason);
        boolean malformed = ConverseNames.isMalformed(stopReason);
        blocks.close(malformed, reported == StopReason.MAX_TOKENS, out);
        blocks.serverFields().forEach(answer.metadata()::putIfAbsent);
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
            answer.metadata().put(CompletionResponse.FINISH_REASON, answer.stopReason());
        }
        return new StreamEvent.MessageStop(reason, model, answer.metadata());
    }

    /** Adds the partial answer to a failure, if anything was generated before it. */
    private LlmException withPartialAnswer(LlmException failure) {
        Usage usage = answer.usage();
        boolean nothing = !blocks.hasEmitted() && (usage == null || usage.outputTokens() == 0);
        return nothing
                ? failure
                : failure.toBuilder().answer(partialAnswer(List.of())).build();
    }

    /** The usage and metadata of an answer that failed, and the events that were held. */
    private CompletionResponse partialAnswer(List<StreamEvent> held) {
        CompletionCollector collector = new CompletionCollector();
        held.forEach(collector::accept);
        collector.accept(messageStop(StopReason.OTHER));
        emitUsage(collector::accept);
        return collector.result();
    }

    /**
     * The phase of the answer. Metadata may come before or after the stop; after both, the answer is done. A stop event
     * without a reason ends the answer too, if there was a block.
     */
    Phase phase() {
        if (answer.stopReason().isEmpty() && (!sawStop || blocks.isEmpty())) {
            return Phase.OPEN;
        }
        return sawMetadata ? Phase.DONE : Phase.ANSWERED;
    }
}
