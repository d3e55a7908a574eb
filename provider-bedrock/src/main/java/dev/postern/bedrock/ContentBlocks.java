package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.json.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The content blocks of one answer. Each event names its block by index, and events of several blocks may alternate.
 * Text and reasoning have no start event, and some blocks have no stop event. Calls of tools that the service runs
 * itself are not emitted.
 */
final class ContentBlocks {
    private static final int MAX_UNKNOWN = 8;
    /** The estimated memory of a call without its input. */
    private static final int CALL_BYTES = 200;

    /** The estimated memory of a kept block without its content. */
    private static final int BLOCK_BYTES = 200;

    private final ToolIdentifiers ids;
    private final int maxBytes;
    private final BlockFields fields;
    private final @Nullable ServerBlocks ofServer; // null if the request does not ask for server fields
    private final Map<Integer, PendingToolCall> open = new TreeMap<>();
    private final ReasoningSignature signature = new ReasoningSignature();
    private final Set<String> unknown = new LinkedHashSet<>();
    /** The call whose block has just ended. A stop reason that comes next may declare this call malformed. */
    private @Nullable PendingToolCall ended;

    private boolean hasCalls;
    private boolean empty = true;
    private boolean emitted;
    private boolean hasIncompleteCall;
    private long keptBytes;

    /**
     * Creates the blocks of an answer that has not begun.
     *
     * @param maxBytes the limit of all calls, signatures and server fields together
     * @param serverFields whether to keep the fields that Postern has no type for
     */
    ContentBlocks(ToolIdentifiers ids, int maxBytes, boolean serverFields) {
        this.ids = ids;
        this.maxBytes = maxBytes;
        this.fields = new BlockFields(serverFields);
        this.ofServer = serverFields ? new ServerBlocks() : null;
    }

    /** The blocks that Postern has no type for, if they are kept. */
    Map<String, ? extends @Nullable Object> serverFields() {
        return ofServer == null ? Map.of() : ofServer.all();
    }

    boolean hasCalls() {
        return hasCalls;
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
        return hasIncompleteCall;
    }

    /**
     * Reads {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone.
     *
     * @param length the length of the event in bytes
     */
    void event(String type, JsonReader json, int length, Consumer<? super StreamEvent> out) {
        fields.reset();
        fields.event(json);
        if (!fields.others.isEmpty()) {
            keep(length);
        }
        emit(out);
        if (type.equals("contentBlockStop")) {
            stop(fields.index, out);
        }
    }

    /** Whether the content of the last event is one string: text, reasoning, or the input of a tool call. */
    boolean isOneString() {
        return fields.isOneString();
    }

    /** The string of an event for which {@link #isOneString} is true. */
    String oneString() {
        return fields.oneString();
    }

    /** Handles an event like the last one for which {@link #isOneString} was true, but with this string. */
    void repeat(String other, Consumer<? super StreamEvent> out) {
        fields.repeat(other);
        emit(out);
    }

    /** Reads the blocks of a whole answer, which are an array. */
    void array(JsonReader json, Consumer<? super StreamEvent> out) {
        json.beginArray();
        for (int i = 0; json.nextElement(); i++) {
            fields.reset();
            fields.index = i;
            fields.block(json);
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
        List<PendingToolCall> left = new ArrayList<>();
        if (ended != null) {
            left.add(ended);
        }
        left.addAll(open.values());
        for (int i = 0; i < left.size(); i++) {
            boolean last = i == left.size() - 1;
            left.get(i).complete((malformed && last) || (cut && left.get(i).isEmpty()), out);
        }
        ended = null;
        open.clear();
    }

    private void stop(int index, Consumer<? super StreamEvent> out) {
        signature.stop(index, out);
        if (ofServer != null) {
            ofServer.stop(index);
        }
        PendingToolCall done = open.remove(index);
        ended = done == null ? ended : done;
    }

    private void emit(Consumer<? super StreamEvent> out) {
        if (ended != null) { // this event is not a stop reason, so the call is not malformed
            ended.complete(false, out);
            ended = null;
        }
        empty &= !fields.known;
        emitted |= fields.hasContent();
        if (ofServer != null) {
            keep(fields.text.length());
            keep(ofServer.event(fields) ? BLOCK_BYTES : 0);
        }
        if (!fields.unknown.isEmpty() && unknown.size() < MAX_UNKNOWN) {
            unknown.add(fields.unknown);
        }
        reasoning(out);
        if (!fields.text.isEmpty()) {
            signature.emit(out);
            out.accept(new StreamEvent.ContentDelta(fields.text));
        }
        if (fields.tool) {
            signature.emit(out);
            tool(out);
        }
    }

    private void reasoning(Consumer<? super StreamEvent> out) {
        if (!fields.reasoning.isEmpty()) {
            signature.emitUnless(fields.index, out);
            out.accept(StreamEvent.ReasoningDelta.of(fields.reasoning));
        }
        if (!fields.signature.isEmpty() || !fields.redacted.isEmpty()) {
            keep(fields.signature.length() + fields.redacted.length());
            signature.add(fields.index, fields.signature, fields.redacted, out);
        }
    }

    private void tool(Consumer<? super StreamEvent> out) {
        PendingToolCall call = open.get(fields.index);
        if (!fields.toolName.isEmpty() && (call == null || !continues(call))) {
            if (call != null) { // a new call begins at this index, without a stop event of the previous one
                call.complete(false, out);
            }
            call = begin(out);
        }
        if (call != null) {
            keep(fields.toolInput.length());
            call.append(fields.toolInput, fields.wholeInput, out);
        } else {
            // An empty fragment loses nothing, and calls of the service's own tools are not emitted.
            hasIncompleteCall |= !fields.serverTool && !(fields.toolInput + fields.toolId).isEmpty();
        }
    }

    /** Whether the event belongs to this call. Some servers repeat id and name in each fragment. */
    private boolean continues(PendingToolCall call) {
        return !fields.toolId.isEmpty() && call.hasId(ids.fromWireId(fields.toolId));
    }

    private PendingToolCall begin(Consumer<? super StreamEvent> out) {
        // AWS sends ids. Other servers with this API may not, but a tool result needs the id of its call.
        String id = fields.toolId.isEmpty() ? "tooluse_" + UUID.randomUUID() : ids.fromWireId(fields.toolId);
        PendingToolCall call = new PendingToolCall(id, ids.fromWireName(fields.toolName), fields.serverTool);
        keep(CALL_BYTES + id.length() + fields.toolName.length());
        hasCalls |= !fields.serverTool;
        open.put(fields.index, call);
        call.start(out);
        return call;
    }

    /** Counts bytes that are kept until the end of the answer, and fails if there are too many. */
    void keep(int more) {
        keptBytes += more;
        if (keptBytes > maxBytes) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The tool calls, signatures and server fields of the answer are larger than " + maxBytes
                            + " bytes in total; ask for less, or raise max_response_bytes.");
        }
    }
}
