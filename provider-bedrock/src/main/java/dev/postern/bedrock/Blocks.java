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
 * The content blocks of one answer. They are told apart by index and may be mixed; text and reasoning begin without a
 * start, some blocks end without a stop. A tool that the service runs itself is nobody's to run, and is passed over.
 */
final class Blocks {
    private static final int MAX_UNKNOWN = 8;
    /** What a call costs beside its input. */
    private static final int CALL_BYTES = 200;

    /** What a block costs beside what it holds, if it is kept. */
    private static final int BLOCK_BYTES = 200;

    private final WireIds ids;
    private final int maxBytes;
    private final BlockFields fields;
    private final @Nullable ServerBlocks ofServer; // null where nobody asked for them
    private final Map<Integer, OpenCall> open = new TreeMap<>();
    private final ReasoningProof proof = new ReasoningProof();
    private final Set<String> unknown = new LinkedHashSet<>();
    /** A call whose block has ended just now. If the stop reason comes next, it may say that this call is malformed. */
    private @Nullable OpenCall ended;

    private boolean hasCalls;
    private boolean empty = true;
    private boolean told;
    private boolean lostCall;
    private long kept;

    /**
     * The blocks of an answer that has none yet.
     *
     * @param maxBytes what calls, signatures and server fields may measure, all together
     * @param serverFields whether what the vocabulary has no part for is kept
     */
    Blocks(WireIds ids, int maxBytes, boolean serverFields) {
        this.ids = ids;
        this.maxBytes = maxBytes;
        this.fields = new BlockFields(serverFields);
        this.ofServer = serverFields ? new ServerBlocks() : null;
    }

    /** What the vocabulary has no part for, if it is kept. */
    Map<String, ? extends @Nullable Object> serverFields() {
        return ofServer == null ? Map.of() : ofServer.all();
    }

    boolean hasCalls() {
        return hasCalls;
    }

    /** Whether no block came that this reader knows. */
    boolean isEmpty() {
        return empty;
    }

    /** Whether anything of the answer was told. */
    boolean hasTold() {
        return told;
    }

    /** The names of the blocks that the answer consists of, if this reader knows none and keeps none of them. */
    Set<String> unread() {
        return empty && ofServer == null ? unknown : Set.of();
    }

    /** Whether a call came without its name, or arguments without their call. */
    boolean lostCall() {
        return lostCall;
    }

    /**
     * {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone.
     *
     * @param length of the event in bytes
     */
    void event(String type, JsonReader json, int length, Consumer<? super StreamEvent> out) {
        fields.reset();
        fields.event(json);
        if (!fields.others.isEmpty()) {
            keep(length);
        }
        tell(out);
        if (type.equals("contentBlockStop")) {
            stop(fields.index, out);
        }
    }

    /** Whether all that the last event has told is one string: of text, of reasoning, or of a call's input. */
    boolean isOneString() {
        return fields.isOneString();
    }

    /** That string. */
    String oneString() {
        return fields.oneString();
    }

    /** An event like the last one that {@link #isOneString}, but with this string. */
    void again(String other, Consumer<? super StreamEvent> out) {
        fields.repeat(other);
        tell(out);
    }

    /** The blocks of a whole answer, an array. */
    void whole(JsonReader json, Consumer<? super StreamEvent> out) {
        json.beginArray();
        for (int i = 0; json.nextElement(); i++) {
            fields.reset();
            fields.index = i;
            fields.block(json);
            tell(out);
            stop(i, out);
        }
    }

    /**
     * The answer has ended, and so has what is still open.
     *
     * @param malformed whether the service says that the model's last call is
     * @param cut whether the model was stopped, perhaps before it wrote the input of a call
     */
    void close(boolean malformed, boolean cut, Consumer<? super StreamEvent> out) {
        proof.tell(out);
        List<OpenCall> left = new ArrayList<>();
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
        proof.stop(index, out);
        if (ofServer != null) {
            ofServer.stop(index);
        }
        OpenCall done = open.remove(index);
        ended = done == null ? ended : done;
    }

    private void tell(Consumer<? super StreamEvent> out) {
        if (ended != null) { // another event than the stop reason followed it
            ended.complete(false, out);
            ended = null;
        }
        empty &= !fields.known;
        told |= fields.saysAnything();
        if (ofServer != null) {
            keep(fields.text.length());
            keep(ofServer.event(fields) ? BLOCK_BYTES : 0);
        }
        if (!fields.unknown.isEmpty() && unknown.size() < MAX_UNKNOWN) {
            unknown.add(fields.unknown);
        }
        reasoning(out);
        if (!fields.text.isEmpty()) {
            proof.tell(out);
            out.accept(new StreamEvent.ContentDelta(fields.text));
        }
        if (fields.tool) {
            proof.tell(out);
            tool(out);
        }
    }

    private void reasoning(Consumer<? super StreamEvent> out) {
        if (!fields.reasoning.isEmpty()) {
            proof.other(fields.index, out);
            out.accept(StreamEvent.ReasoningDelta.of(fields.reasoning));
        }
        if (!fields.signature.isEmpty() || !fields.redacted.isEmpty()) {
            keep(fields.signature.length() + fields.redacted.length());
            proof.add(fields.index, fields.signature, fields.redacted, out);
        }
    }

    private void tool(Consumer<? super StreamEvent> out) {
        OpenCall call = open.get(fields.index);
        if (!fields.toolName.isEmpty() && (call == null || !isStillThat(call))) {
            if (call != null) { // another call with the same index, which was not stopped
                call.complete(false, out);
            }
            call = begin(out);
        }
        if (call != null) {
            keep(fields.toolInput.length());
            call.append(fields.toolInput, fields.wholeInput, out);
        } else {
            // Not only an empty fragment, and none of the service's own tools.
            lostCall |= !fields.serverTool && !(fields.toolInput + fields.toolId).isEmpty();
        }
    }

    /** Some servers repeat id and name with each fragment. */
    private boolean isStillThat(OpenCall call) {
        return !fields.toolId.isEmpty() && call.hasId(ids.fromWireId(fields.toolId));
    }

    private OpenCall begin(Consumer<? super StreamEvent> out) {
        // AWS gives ids; what imitates it may not, and the result needs one to name its call
        String id = fields.toolId.isEmpty() ? "tooluse_" + UUID.randomUUID() : ids.fromWireId(fields.toolId);
        OpenCall call = new OpenCall(id, ids.fromWireName(fields.toolName), fields.serverTool);
        keep(CALL_BYTES + id.length() + fields.toolName.length());
        hasCalls |= !fields.serverTool;
        open.put(fields.index, call);
        call.start(out);
        return call;
    }

    /** So much more of the answer is kept until its end. */
    void keep(int more) {
        kept += more;
        if (kept > maxBytes) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The tool calls, signatures and server fields of the answer are larger than " + maxBytes
                            + " bytes in total; ask for less, or raise max_response_bytes.");
        }
    }
}
