package dev.postern.bedrock;

import dev.postern.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one answer, by the index of their block. It takes the events of these blocks and emits the calls. A
 * call whose block has ended is emitted as complete only with the next event, because that may be a stop reason that
 * declares the call malformed. Calls of tools that the service runs itself are not emitted.
 */
final class ToolCallBlocks {
    /** The estimated memory of a call without its input. */
    private static final int CALL_BYTES = 200;

    private final ToolIdentifiers ids;
    private final KeptBytes kept;
    private final Map<Long, PendingToolCall> open = new TreeMap<>();
    /** The call whose block has just ended. */
    private @Nullable PendingToolCall ended;

    private boolean hasCalls;
    private boolean hasIncompleteCall;

    ToolCallBlocks(ToolIdentifiers ids, KeptBytes kept) {
        this.ids = ids;
        this.kept = kept;
    }

    boolean hasCalls() {
        return hasCalls;
    }

    /** Whether a call came without its name, or input without a call. */
    boolean hasIncompleteCall() {
        return hasIncompleteCall;
    }

    /** Completes the call whose block has ended. The next event is not a stop reason, so the call is not malformed. */
    void completeEnded(Consumer<? super StreamEvent> out) {
        if (ended != null) {
            ended.complete(false, out);
            ended = null;
        }
    }

    /** Handles an event of a tool call. */
    void event(BlockEvent event, Consumer<? super StreamEvent> out) {
        PendingToolCall call = open.get(event.index);
        if (!event.toolName.isEmpty() && (call == null || !continues(call, event))) {
            if (call != null) { // a new call begins at this index, without a stop event of the previous one
                call.complete(false, out);
            }
            call = begin(event, out);
        }
        if (call != null) {
            kept.add(event.toolInput.length());
            call.append(event.toolInput, event.wholeInput, out);
        } else {
            // An empty fragment loses nothing, and calls of the service's own tools are not emitted.
            hasIncompleteCall |= !event.serverTool && !(event.toolInput.isEmpty() && event.toolId.isEmpty());
        }
    }

    /** Whether the event belongs to this call. Some servers repeat id and name in each fragment. */
    private boolean continues(PendingToolCall call, BlockEvent event) {
        return !event.toolId.isEmpty() && call.hasId(ids.fromWireId(event.toolId));
    }

    private PendingToolCall begin(BlockEvent event, Consumer<? super StreamEvent> out) {
        // AWS sends ids. Other servers with this API may not, but a tool result needs the id of its call.
        String id = event.toolId.isEmpty() ? "tooluse_" + UUID.randomUUID() : ids.fromWireId(event.toolId);
        PendingToolCall call = new PendingToolCall(id, ids.fromWireName(event.toolName), event.serverTool);
        kept.add(CALL_BYTES + id.length() + event.toolName.length());
        hasCalls |= !event.serverTool;
        open.put(event.index, call);
        call.start(out);
        return call;
    }

    /** Ends the block with this index. */
    void stop(long index) {
        PendingToolCall done = open.remove(index);
        ended = done == null ? ended : done;
    }

    /**
     * Completes all calls at the end of the answer.
     *
     * @param malformed whether the stop reason declares the last call malformed
     * @param cut whether the model reached a token limit, perhaps before it wrote the input of a call
     */
    void close(boolean malformed, boolean cut, Consumer<? super StreamEvent> out) {
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
}
