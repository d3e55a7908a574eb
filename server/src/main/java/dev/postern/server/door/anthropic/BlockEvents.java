package dev.postern.server.door.anthropic;

import dev.postern.json.JsonWriter;
import dev.postern.server.door.anthropic.Segment.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the content blocks of a stream, one after the other: the start of a block, its pieces as they come, its end. Blocks that
 * begin while another is open wait for its end.
 */
final class BlockEvents {
    private final Deque<Segment> segments = new ArrayDeque<>();
    private int index = -1;
    private boolean open;

    /** Adds a block. */
    void add(Segment segment) {
        segments.add(segment);
    }

    /** The block that began last, if it is of this kind and may get more text. */
    Optional<Segment> open(Kind kind) {
        return Optional.ofNullable(segments.peekLast()).filter(last -> last.kind == kind && !last.isComplete());
    }

    /** The same, or a new block. */
    Segment lastOrNew(Kind kind) {
        Optional<Segment> last = open(kind);
        if (last.isPresent()) {
            return last.get();
        }
        endText();
        Segment added = new Segment(kind);
        segments.add(added);
        return added;
    }

    /** Completes the block that began last, unless it is a call, which completes itself. */
    void endText() {
        Segment last = segments.peekLast();
        if (last != null && last.kind != Kind.CALL) {
            last.complete();
        }
    }

    /** Completes all blocks. */
    void endAll() {
        segments.forEach(Segment::complete);
    }

    /** Writes what can be written now. */
    void write(Consumer<byte[]> out) {
        while (!segments.isEmpty()) {
            Segment first = segments.getFirst();
            if (!open) {
                open = true;
                index++;
                out.accept(start(first));
            }
            String text = first.kind == Kind.REDACTED ? "" : first.take();
            if (!text.isEmpty()) {
                out.accept(delta(first, text));
            }
            if (!first.isComplete() && (segments.size() == 1 || !first.isWhole())) {
                return;
            }
            if (first.kind == Kind.THINKING) {
                out.accept(delta("signature_delta", "signature", first.signature()));
            }
            out.accept(EventFrames.of("content_block_stop", it -> it.field("index", index)));
            open = false;
            segments.removeFirst();
        }
    }

    private byte[] start(Segment segment) {
        return EventFrames.of(
                "content_block_start",
                it -> it.field("index", index).object("content_block", block -> block(block, segment)));
    }

    private static void block(JsonWriter block, Segment segment) {
        switch (segment.kind) {
            case TEXT -> block.field("type", "text").field("text", "");
            case THINKING ->
                block.field("type", "thinking").field("thinking", "").field("signature", "");
            case REDACTED -> block.field("type", "redacted_thinking").field("data", segment.take());
            case CALL ->
                block.field("type", "tool_use")
                        .field("id", segment.callId)
                        .field("name", segment.toolName)
                        .object("input", none -> {});
        }
    }

    private byte[] delta(Segment segment, String text) {
        return switch (segment.kind) {
            case CALL -> delta("input_json_delta", "partial_json", text);
            case THINKING -> delta("thinking_delta", "thinking", text);
            case TEXT, REDACTED -> delta("text_delta", "text", text);
        };
    }

    private byte[] delta(String type, String field, String text) {
        return EventFrames.of(
                "content_block_delta",
                it -> it.field("index", index)
                        .object("delta", delta -> delta.field("type", type).field(field, text)));
    }
}
