package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Assembles tool calls from the fragments of a stream. Servers differ: the index may be missing, always 0, or in
 * another field; the id may be missing, empty, repeated or late; the name may be repeated; the arguments may be an
 * object. These rules handle all known servers:
 *
 * <ul>
 *   <li>A fragment belongs to the call with its id, else to the call at its index, else to the latest call.
 *   <li>A fragment with a name starts a new call if its id is new. Without an id, it starts a new call if its index is
 *       new, if its name differs from that of the call at this index, or if the call is complete and other arguments
 *       begin.
 *   <li>Id and name are set once. Arguments are appended, unless the server repeats complete arguments. A call is
 *       complete only at the end of the stream, because more may follow valid JSON.
 *   <li>Arguments that begin with an empty object are held back until the end: if more arguments follow, the object was
 *       a placeholder.
 * </ul>
 */
final class ToolCallAssembler {
    /** The maximum number of tool calls in one answer. */
    private static final int MAX_CALLS = 1024;

    private final List<PartialToolCall> calls = new ArrayList<>();
    private final SizeLimit limit;
    private final ToolIds toolIds;
    private final Supplier<String> newId;
    private final String origin;

    /**
     * Creates an assembler for one answer.
     *
     * @param newId makes an id for a call without one
     * @param origin the origin of opaque data on a call
     * @param maxCharacters the maximum number of characters of the arguments, names, ids and opaque data of all calls
     */
    ToolCallAssembler(ToolIds toolIds, Supplier<String> newId, String origin, long maxCharacters) {
        this.limit = new SizeLimit("characters of arguments", maxCharacters, "max_event_bytes");
        this.toolIds = toolIds;
        this.newId = newId;
        this.origin = origin;
    }

    /** Adds the next fragment of a stream. */
    void add(ToolFragment part, Consumer<? super StreamEvent> out) {
        append(resolve(part), part, out);
    }

    /** Adds a call of a whole answer. Each is a separate call, even if its id is in use already. */
    void addWhole(ToolFragment part, Consumer<? super StreamEvent> out) {
        if (withId(part.id) != null) {
            part.id = "";
        }
        append(start(part), part, out);
    }

    private PartialToolCall resolve(ToolFragment part) {
        PartialToolCall known = part.id.isBlank() ? null : withId(part.id);
        if (known != null) {
            return known;
        }
        PartialToolCall atIndex = part.index == ToolFragment.NO_INDEX ? null : atIndex(part.index);
        if (!part.name.isBlank() && startsCall(part, atIndex)) {
            return start(part);
        }
        if (atIndex != null) {
            return atIndex;
        }
        return calls.isEmpty() || startsUnnamedCall(part) ? start(part) : latest();
    }

    /** Whether a fragment without a known id or index starts a call whose name comes later. It must have an id. */
    private boolean startsUnnamedCall(ToolFragment part) {
        return !part.id.isBlank()
                && (part.index != ToolFragment.NO_INDEX || !latest().id().isEmpty());
    }

    /** Whether a fragment with a name and without a known id starts a new call. */
    private boolean startsCall(ToolFragment part, @Nullable PartialToolCall atIndex) {
        boolean nameOnly = part.index == ToolFragment.NO_INDEX && part.id.isBlank() && !calls.isEmpty();
        PartialToolCall call = nameOnly ? latest() : atIndex;
        if (call == null || (!part.id.isBlank() && !call.id().isEmpty())) {
            return true;
        }
        if (call.name().isEmpty() || !call.name().equals(part.name)) {
            return !call.name().isEmpty();
        }
        // Index and name are those of the call. It is a new call only if the first one is complete and an object begins
        // that neither repeats its arguments nor replaces a placeholder.
        boolean sameCall = !nameOnly
                && (call.arguments().equalsText(part.arguments)
                        || call.arguments().isPlaceholder());
        return part.id.isBlank()
                && part.arguments.startsWith("{")
                && call.arguments().isWhole()
                && !sameCall;
    }

    private PartialToolCall latest() {
        return calls.get(calls.size() - 1);
    }

    private PartialToolCall start(ToolFragment part) {
        if (calls.size() == MAX_CALLS) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + MAX_CALLS + " tool calls in one answer; this limit is fixed.");
        }
        limit.add(part.id.length() + part.name.length());
        PartialToolCall call = new PartialToolCall(part.index);
        calls.add(call);
        return call;
    }

    private @Nullable PartialToolCall withId(String id) {
        for (PartialToolCall call : calls) {
            if (call.id().equals(id)) {
                return call;
            }
        }
        return null;
    }

    /** The latest call at this index, because some servers give every call the index 0. */
    private @Nullable PartialToolCall atIndex(long index) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (calls.get(i).index() == index) {
                return calls.get(i);
            }
        }
        return null;
    }

    private void append(PartialToolCall call, ToolFragment part, Consumer<? super StreamEvent> out) {
        if (part.extraContent != null) {
            limit.add(Json.text(part.extraContent).length()); // a signature, at most one for each call
        }
        limit.add(call.append(part));
        call.emit(toolIds, newId, out);
    }

    /** Whether there is a call with a name, which can be run. */
    boolean hasCalls() {
        for (PartialToolCall call : calls) {
            if (!call.name().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Completes all calls at the end of the stream.
     *
     * @param lastIsMalformed whether the server reported that the last call is malformed
     */
    void complete(boolean lastIsMalformed, Consumer<? super StreamEvent> out) {
        if (!calls.isEmpty()) {
            calls.removeIf(call -> call.name().isEmpty());
        }
        for (PartialToolCall call : calls) {
            call.complete(toolIds, newId, origin, lastIsMalformed && call == latest(), out);
        }
    }
}
