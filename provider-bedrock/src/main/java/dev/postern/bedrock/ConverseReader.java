package dev.postern.bedrock;

import dev.postern.CompletionResponse;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.http.Decoder.Phase;
import dev.postern.json.JsonException;
import dev.postern.json.JsonReader;
import dev.postern.json.JsonTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final Map<String, @Nullable Object> metadata;
    private final JsonReader json = new JsonReader();
    private final JsonTemplate repeated = new JsonTemplate();

    private String stopReason = "";
    private @Nullable Usage usage;
    private boolean sawMetadata;

    /**
     * A reader of one answer.
     *
     * @param model the model that was asked; Converse does not say which one answered
     * @param metadata what the HTTP headers said
     */
    ConverseReader(ErrorReader errors, Blocks blocks, String model, Map<String, ?> metadata) {
        this.errors = errors;
        this.blocks = blocks;
        this.model = model;
        this.metadata = new LinkedHashMap<>(metadata);
    }

    /** A frame of the stream. The payload is lent. */
    void frame(FrameHeaders headers, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        switch (headers.messageType()) {
            case "event" -> {
                if (headers.type().equals("contentBlockDelta")) {
                    delta(buffer, offset, length, out);
                } else if (EVENTS.contains(headers.type())) { // of others, nobody knows what they hold
                    json.begin(buffer, offset, length);
                    event(headers.type(), out);
                    json.end();
                }
            }
            case "exception" ->
                throw errors.inStream(headers.type(), Arrays.copyOfRange(buffer, offset, offset + length));
            case "error" -> throw errors.inStream(headers.type(), headers.errorMessage());
            default -> {} // a kind of message that AWS has not invented yet
        }
    }

    private void delta(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        if (repeated.fits(buffer, offset, length)) {
            blocks.again(repeated.text(), out);
            return;
        }
        json.begin(buffer, offset, length, repeated);
        blocks.event("contentBlockDelta", json, out);
        json.end();
        if (blocks.isOneString()) {
            repeated.keep(blocks.oneString(), buffer, offset, length);
        }
    }

    private void event(String type, Consumer<? super StreamEvent> out) {
        switch (type) {
            case "contentBlockStart", "contentBlockStop" -> blocks.event(type, json, out);
            case "messageStop" -> fields(out);
            default -> { // metadata
                sawMetadata = true;
                fields(out);
            }
        }
    }

    /** A whole answer. Of one that is cut nothing is told, so that it can be asked for again. */
    void whole(byte[] body, Consumer<? super StreamEvent> out) {
        List<StreamEvent> events = new ArrayList<>();
        try {
            json.begin(body, 0, body.length);
            fields(events::add);
            json.end();
        } catch (JsonException e) {
            throw e.truncated() ? errors.cut() : errors.notAnAnswer();
        }
        if (stopReason.isEmpty() && blocks.isEmpty()) {
            throw errors.notAnAnswer();
        }
        if (stopReason.isEmpty()) {
            throw errors.cut();
        }
        events.forEach(out);
        end(out);
    }

    /** The members of a whole answer, of {@code messageStop} and of {@code metadata}: none is in two of them. */
    private void fields(Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name()) {
                case "output" -> output(out);
                case "stopReason" -> stopReason = json.text();
                case "usage" -> usage();
                case "additionalModelResponseFields", "trace", "metrics", "performanceConfig", "serviceTier" -> {
                    String name = json.name();
                    metadata.put(name, json.value());
                }
                default -> json.skip();
            }
        }
    }

    /** {@code {"message": {"role": "assistant", "content": […]}}} */
    private void output(Consumer<? super StreamEvent> out) {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("message")) {
                    message(out);
                } else {
                    json.skip();
                }
            }
        }
    }

    private void message(Consumer<? super StreamEvent> out) {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("content")) {
                    blocks.whole(json, out);
                } else {
                    json.skip();
                }
            }
        }
    }

    private void usage() {
        if (!json.beginObject()) {
            return;
        }
        long input = -1;
        long output = -1;
        long read = -1;
        long write = -1;
        while (json.nextField()) {
            switch (json.name()) {
                case "inputTokens" -> input = json.integer(-1);
                case "outputTokens" -> output = json.integer(-1);
                case "cacheReadInputTokens" -> read = json.integer(-1);
                case "cacheWriteInputTokens" -> write = json.integer(-1);
                default -> json.skip();
            }
        }
        if (input >= 0 || output >= 0) {
            usage = new Usage(
                    Math.max(0, input), Math.max(0, output), optional(read), optional(write), OptionalLong.empty());
        }
    }

    private static OptionalLong optional(long count) {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** There is no more. */
    void end(Consumer<? super StreamEvent> out) {
        if (stopReason.isEmpty()) {
            throw errors.cut();
        }
        blocks.close(out);
        metadata.put(CompletionResponse.FINISH_REASON, stopReason);
        StopReason said = WireNames.stopReason(stopReason);
        out.accept(new StreamEvent.MessageStop(blocks.hasCalls() ? StopReason.TOOL_USE : said, model, metadata));
        if (usage != null) {
            out.accept(new StreamEvent.Metadata(usage));
        }
    }

    /** Metadata may come before the stop or after it; with both there is nothing to wait for. */
    Phase phase() {
        if (stopReason.isEmpty()) {
            return Phase.OPEN;
        }
        return sawMetadata ? Phase.DONE : Phase.ANSWERED;
    }
}
