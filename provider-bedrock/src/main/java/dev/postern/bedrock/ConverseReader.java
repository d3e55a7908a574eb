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
import dev.postern.json.JsonTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads one answer of Converse, from the frames of its stream or whole: the whole answer's blocks are read as blocks that
 * start, have one delta and stop. The end is decided by what was seen: without a stop reason the answer was cut, without
 * metadata its cost is unknown.
 */
final class ConverseReader {
    /** Those that matter beside the deltas; messageStart has nothing but the role. */
    private static final Set<String> EVENTS =
            Set.of("contentBlockStart", "contentBlockStop", "messageStop", "metadata");

    private final ErrorReader errors;
    private final Blocks blocks;
    private final String model;
    private final AnswerFields answer;
    private final JsonReader json = JsonReader.lenient();
    private final JsonTemplate repeated = new JsonTemplate();

    private boolean sawStop; // of a stream
    private boolean sawMetadata;

    /**
     * A reader of one answer.
     *
     * @param model the model that was asked; Converse does not say which one answered
     */
    ConverseReader(ErrorReader errors, Blocks blocks, String model, AnswerFields answer) {
        this.errors = errors;
        this.blocks = blocks;
        this.model = model;
        this.answer = answer;
    }

    /** A frame of the stream. The payload is lent. */
    void frame(FrameHeaders headers, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        try {
            read(headers, buffer, offset, length, out);
        } catch (JsonException e) {
            throw paid(errors.unreadable(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
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
                } else if (headers.type().endsWith("Exception")) { // a member of the same union
                    throw paid(errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
                } // the content of all other events is unknown
            }
            case "exception" ->
                throw paid(errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length)));
            case "error" -> throw paid(errors.inStream(headers.type(), headers.errorMessage()));
            default -> {} // a kind of message that AWS has not invented yet
        }
    }

    private void delta(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (repeated.fits(buffer, offset, length)) {
            blocks.again(repeated.text(), out);
            return;
        }
        json.begin(buffer, offset, length, repeated);
        blocks.event("contentBlockDelta", json, length, out);
        json.end();
        if (blocks.isOneString()) {
            repeated.keep(blocks.oneString(), buffer, offset, length);
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

    /** A whole answer. Of one that is cut nothing is told, so that it can be asked for again. */
    void whole(HttpReply reply, Consumer<? super StreamEvent> out) {
        byte[] body = reply.body();
        List<StreamEvent> events = new ArrayList<>();
        try {
            json.begin(body, 0, body.length);
            answer.read(json, blocks, events::add);
            json.end();
        } catch (JsonException e) {
            throw e.truncated() ? errors.cut(reply) : errors.notAnAnswer(reply);
        }
        if (!answer.hasMessage() && !WireNames.isMalformed(answer.stopReason())) {
            throw errors.notAnAnswer(reply);
        }
        if (answer.stopReason().isEmpty()) {
            throw errors.cut(reply);
        }
        end(events::add, events);
        events.forEach(out);
    }

    /** There is no more. */
    void end(Consumer<? super StreamEvent> out) {
        end(out, List.of());
    }

    /**
     * The same.
     *
     * @param untold what goes out only if the answer is good
     */
    private void end(Consumer<? super StreamEvent> out, List<StreamEvent> untold) {
        if (phase() == Phase.OPEN) {
            throw paid(errors.cut());
        }
        String stopReason = answer.stopReason();
        StopReason said = WireNames.stopReason(stopReason);
        boolean malformed = WireNames.isMalformed(stopReason);
        blocks.close(malformed, said == StopReason.MAX_TOKENS, out);
        blocks.serverFields().forEach(answer.metadata()::putIfAbsent);
        if (malformed && !blocks.hasCalls()) {
            throw errors.malformed(stopReason, generated(untold));
        }
        if (blocks.lostCall()) {
            throw errors.lostCall(generated(untold));
        }
        if (!blocks.unread().isEmpty()) {
            throw errors.unread(blocks.unread(), generated(untold));
        }
        out.accept(messageStop(blocks.hasCalls() ? StopReason.TOOL_USE : withoutCalls(said)));
        cost(out);
    }

    private void cost(Consumer<? super StreamEvent> out) {
        Usage usage = answer.usage();
        if (usage != null) {
            out.accept(new StreamEvent.UsageReported(usage));
        }
    }

    /** Some models say that they want a tool, and name none. */
    private static StopReason withoutCalls(StopReason said) {
        return said == StopReason.TOOL_USE ? StopReason.END_TURN : said;
    }

    private StreamEvent.MessageStop messageStop(StopReason reason) {
        if (!answer.stopReason().isEmpty()) {
            answer.metadata().put(CompletionResponse.FINISH_REASON, answer.stopReason());
        }
        return new StreamEvent.MessageStop(reason, model, answer.metadata());
    }

    /** The failure with what is known of the answer before it, if anything was generated. */
    private LlmException paid(LlmException failure) {
        Usage usage = answer.usage();
        boolean nothing = !blocks.hasTold() && (usage == null || usage.outputTokens() == 0);
        return nothing
                ? failure
                : failure.toBuilder().answer(generated(List.of())).build();
    }

    /** What was generated before the answer failed, less what a stream has told. */
    private CompletionResponse generated(List<StreamEvent> untold) {
        CompletionCollector collector = new CompletionCollector();
        untold.forEach(collector::accept);
        collector.accept(messageStop(StopReason.OTHER));
        cost(collector::accept);
        return collector.result();
    }

    /**
     * Metadata may come before the stop or after it; with both there is nothing to wait for. A stop without its reason ends
     * an answer, too, if there is one.
     */
    Phase phase() {
        if (answer.stopReason().isEmpty() && (!sawStop || blocks.isEmpty())) {
            return Phase.OPEN;
        }
        return sawMetadata ? Phase.DONE : Phase.ANSWERED;
    }
}
