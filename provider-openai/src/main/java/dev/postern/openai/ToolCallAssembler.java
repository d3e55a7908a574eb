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
 * Puts tool calls together from the fragments of a stream. Servers agree on little: the index may be missing, always 0 or
 * in another place; the id may be missing, empty, repeated or come late; the name may be repeated; the arguments may be
 * an object. The rule that copes with all that was seen:
 *
 * <ul>
 *   <li>a fragment belongs to the call with its id, else to the call at its index, else to the latest call;
 *   <li>it opens a new call if it has a name, and an id that is new or, without an id, an index that is new or another
 *       name than the call that is there, or arguments that begin anew;
 *   <li>id and name are set once, arguments are appended unless they are whole and come again, and nothing is finished
 *       before the stream is: text that is whole JSON already may still be the beginning of more;
 *   <li>arguments that begin with a whole and empty object are held back until the end: if more follows, the object was a
 *       placeholder.
 * </ul>
 */
final class ToolCallAssembler {
    /** Models ask for a few tools at a time. */
    private static final int MAX_CALLS = 1024;

    private final List<PartialToolCall> calls = new ArrayList<>();
    private final SizeLimit budget;
    private final ToolIds toolIds;
    private final Supplier<String> newId;
    private final String origin;

    /**
     * An assembler of one answer.
     *
     * @param newId makes an id where the server gives none
     * @param origin the family that a call's opaque data belongs to
     * @param maxCharacters how many characters the arguments of all calls may have, with names, ids and opaque data
     */
    ToolCallAssembler(ToolIds toolIds, Supplier<String> newId, String origin, long maxCharacters) {
        this.budget = new SizeLimit("characters of arguments", maxCharacters, "max_event_bytes");
        this.toolIds = toolIds;
        this.newId = newId;
        this.origin = origin;
    }

    /** The next fragment of a stream. */
    void add(ToolFragment part, Consumer<? super StreamEvent> out) {
        append(resolve(part), part, out);
    }

    /** A call of an answer that came whole: what stands by itself is a call by itself, even under an id that is taken. */
    void addWhole(ToolFragment part, Consumer<? super StreamEvent> out) {
        if (withId(part.id) != null) {
            part.id = "";
        }
        append(open(part), part, out);
    }

    private PartialToolCall resolve(ToolFragment part) {
        PartialToolCall known = part.id.isBlank() ? null : withId(part.id);
        if (known != null) {
            return known;
        }
        PartialToolCall there = part.index == ToolFragment.NO_INDEX ? null : atIndex(part.index);
        if (!part.name.isBlank() && opens(part, there)) {
            return open(part);
        }
        if (there != null) {
            return there;
        }
        return calls.isEmpty() || begins(part) ? open(part) : latest();
    }

    /** Whether a fragment at no known place begins a call that will be named later: it must bring an id to begin with. */
    private boolean begins(ToolFragment part) {
        return !part.id.isBlank()
                && (part.index != ToolFragment.NO_INDEX || !latest().id().isEmpty());
    }

    /** Whether a fragment with a name, whose id is unknown, is a new call. */
    private boolean opens(ToolFragment part, @Nullable PartialToolCall there) {
        boolean nowhere = part.index == ToolFragment.NO_INDEX && part.id.isBlank() && !calls.isEmpty();
        PartialToolCall call = nowhere ? latest() : there;
        if (call == null || (!part.id.isBlank() && !call.id().isEmpty())) {
            return true;
        }
        if (call.name().isEmpty() || !call.name().equals(part.name)) {
            return !call.name().isEmpty();
        }
        // Only the same name to go by: servers that repeat it with each fragment do not begin an object anew, unless
        // the
        // first one was but a placeholder.
        boolean again = !nowhere && (call.hasArguments(part.arguments) || call.isPlaceholder());
        return part.id.isBlank() && part.arguments.startsWith("{") && call.isWhole() && !again;
    }

    private PartialToolCall latest() {
        return calls.get(calls.size() - 1);
    }

    private PartialToolCall open(ToolFragment part) {
        if (calls.size() == MAX_CALLS) {
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The server sent more than " + MAX_CALLS
                            + " tool calls in one answer; that is no answer of a model.");
        }
        budget.take(part.id.length() + part.name.length());
        PartialToolCall call = new PartialToolCall((int) part.index);
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

    /** The last one at this index: servers that number every call 0 mean the latest. */
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
            budget.take(Json.text(part.extraContent).length()); // a signature, once a call
        }
        budget.take(call.append(part));
        call.emit(toolIds, newId, out);
    }

    /** Whether there is a call that can be run; one without a name is none. */
    boolean hasCalls() {
        for (PartialToolCall call : calls) {
            if (!call.name().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The stream has ended, and so have its calls.
     *
     * @param lastIsMalformed whether the server says that the last call is not what the model should have written
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
