package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.json.JsonReader;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the content blocks of one answer into events. Each event of a stream names its block by index, and events of
 * several blocks may alternate. Text and reasoning have no start event, and some blocks have no stop event.
 */
final class ContentBlocks {
    private static final int MAX_UNKNOWN = 8;
    /** The estimated memory of a kept block without its content. */
    private static final int BLOCK_BYTES = 200;

    private final KeptBytes kept;
    private final BlockEvent event = new BlockEvent();
    private final BlockEventReader reader;
    private final ToolCallBlocks calls;
    private final ReasoningSignature signature = new ReasoningSignature();
    private final @Nullable ServerBlocks ofServer; // null if the request does not ask for server fields
    private final Set<String> unknown = new LinkedHashSet<>();

    private boolean empty = true;
    private boolean emitted;

    /**
     * Creates the blocks of an answer that has not begun.
     *
     * @param maxBytes the limit of all calls, signatures and server fields together
     * @param serverFields whether to keep the fields that Postern has no type for
     */
    ContentBlocks(ToolIdentifiers ids, int maxBytes, boolean serverFields) {
        this.kept = new KeptBytes(maxBytes);
        this.reader = new BlockEventReader(event, serverFields);
        this.calls = new ToolCallBlocks(ids, kept);
        this.ofServer = serverFields ? new ServerBlocks() : null;
    }

    /** The blocks that Postern has no type for, if they are kept. */
    Map<String, ? extends @Nullable Object> serverFields() {
        return ofServer == null ? Map.of() : ofServer.all();
    }

    boolean hasCalls() {
        return calls.hasCalls();
    }

    /** Whether no known block came. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether any content was emitted. */
    boolean hasEmitted() {
        return emitted;
    }

    /** The names of the unknown blocks, if the answer has no known block and the unknown ones are not kept. */
    Set<String> unknownOnly() {
        return empty && ofServer == null ? unknown : Set.of();
    }

    /** Whether a call came without its name, or input without a call. */
    boolean hasIncompleteCall() {
        return calls.hasIncompleteCall();
    }

    /**
     * Reads {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone.
     *
     * @param length the length of the event in bytes
     */
    void event(String type, JsonReader json, int length, Consumer<? super StreamEvent> out) {
        reader.event(json);
        if (!event.others.isEmpty()) {
            keep(length);
        }
        emit(out);
        if (type.equals("contentBlockStop")) {
            stop(event.index, out);
        }
    }

    /** Whether the content of the last event is one string: text, reasoning, or the input of a tool call. */
    boolean isOneString() {
        return event.isOneString();
    }

    /** Remembers the last event, for which {@link #isOneString} is true, for {@link #repeat}. Returns its string. */
    String remember() {
        return event.remember();
    }

    /** Handles an event like the remembered one, but with this string. */
    void repeat(String other, Consumer<? super StreamEvent> out) {
        event.repeat(other);
        emit(out);
    }

    /** Reads the blocks of a whole answer, which are an array. */
    void array(JsonReader json, Consumer<? super StreamEvent> out) {
        json.beginArray();
        for (int i = 0; json.nextElement(); i++) {
            reader.block(i, json);
            emit(out);
            stop(i, out);
        }
    }

    /**
     * Ends the answer and all open blocks.
     *
     * @param malformed whether the stop reason declares the last call malformed
     * @param cut whether the model reached a token limit, perhaps before it wrote the input of a call
     */
    void close(boolean malformed, boolean cut, Consumer<? super StreamEvent> out) {
        signature.emit(out);
        calls.close(malformed, cut, out);
    }

    private void stop(long index, Consumer<? super StreamEvent> out) {
        signature.stop(index, out);
        if (ofServer != null) {
            ofServer.stop(index);
        }
        calls.stop(index);
    }

    private void emit(Consumer<? super StreamEvent> out) {
        calls.completeEnded(out);
        empty &= !event.known;
        emitted |= event.hasContent();
        if (ofServer != null) {
            keep(event.text.length());
            keep(ofServer.event(event) ? BLOCK_BYTES : 0);
        }
        if (!event.unknown.isEmpty() && unknown.size() < MAX_UNKNOWN) {
            unknown.add(event.unknown);
        }
        reasoning(out);
        if (!event.text.isEmpty()) {
            signature.emit(out);
            out.accept(new StreamEvent.ContentDelta(event.text));
        }
        if (event.tool) {
            signature.emit(out);
            calls.event(event, out);
        }
    }

    private void reasoning(Consumer<? super StreamEvent> out) {
        if (!event.reasoning.isEmpty()) {
            signature.emitUnless(event.index, out);
            out.accept(StreamEvent.ReasoningDelta.of(event.reasoning));
        }
        if (!event.signature.isEmpty() || !event.redacted.isEmpty()) {
            keep(event.signature.length() + event.redacted.length());
            signature.add(event.index, event.signature, event.redacted, out);
        }
    }

    /** Counts bytes that are kept until the end of the answer, and fails if there are too many. */
    void keep(int more) {
        kept.add(more);
    }
}
