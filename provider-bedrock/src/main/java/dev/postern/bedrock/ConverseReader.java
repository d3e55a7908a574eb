package dev.postern.bedrock;

import dev.postern.StreamEvent;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer of Converse, from the frames of a stream or from a whole body. A block of a whole answer is handled
 * like a block of a stream with one delta and a stop. An answer without a stop reason was cut off. {@link
 * ConverseFinisher} emits the end.
 */
final class ConverseReader {
    /** The events that are read, besides the deltas. messageStart contains only the role. */
    private static final Set<String> EVENTS =
            Set.of("contentBlockStart", "contentBlockStop", "messageStop", "metadata");

    private final ConverseErrorReader errors;
    private final ContentBlocks blocks;
    private final AnswerFields answer;
    private final ConverseFinisher end;
    private final JsonReader json = JsonReader.lenient();
    private @Nullable RepetitionFilter repetitions; // of a stream

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
        this.answer = answer;
        this.end = new ConverseFinisher(errors, blocks, model, answer);
    }

    /** Reads a frame of the stream. The caller may reuse the buffer afterwards. */
    void frame(FrameHeaders headers, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        try {
            read(headers, buffer, offset, length, out);
        } catch (JsonException e) {
            throw end.withPartialAnswer(
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
                    throw end.withPartialAnswer(
                            errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
                } // all other events are unknown
            }
            case "exception" ->
                throw end.withPartialAnswer(
                        errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
            case "error" -> throw end.withPartialAnswer(errors.inStream(headers.type(), headers.errorMessage()));
            default -> {} // an unknown type of message
        }
    }

    private void delta(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        RepetitionFilter filter = repetitions;
        if (filter == null) {
            filter = new RepetitionFilter();
            repetitions = filter;
        }
        if (filter.repeats(buffer, offset, length)) {
            blocks.repeat(filter.text(), out);
            return;
        }
        filter.begin(json, buffer, offset, length);
        blocks.event("contentBlockDelta", json, length, out);
        json.end();
        if (blocks.isOneString()) {
            filter.keep(blocks.remember(), buffer, offset, length);
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
            throw e.truncated() ? errors.cutJson(reply) : errors.invalidAnswer(reply);
        }
        if (!answer.hasMessage() && !ConverseNames.isMalformed(answer.stopReason())) {
            throw errors.invalidAnswer(reply);
        }
        if (answer.stopReason().isEmpty()) {
            throw errors.truncated();
        }
        end.emit(events::add, events);
        events.forEach(out);
    }

    /** Ends a stream. */
    void end(Consumer<? super StreamEvent> out) {
        if (phase() == Phase.OPEN) {
            throw end.withPartialAnswer(errors.truncated());
        }
        end.emit(out, List.of());
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
