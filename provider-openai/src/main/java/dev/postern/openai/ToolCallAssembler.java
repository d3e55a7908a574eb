package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 *   <li>it opens a new call if it has a name, and an id that is new or, without an id, an index that is new;
 *   <li>id and name are set once, arguments are appended, and nothing is finished before the stream is: text that is
 *       whole JSON already may still be the beginning of more.
 * </ul>
 */
final class ToolCallAssembler {
    private static final int NO_INDEX = -1;

    private final List<Call> calls = new ArrayList<>();
    private final ToolIds toolIds;
    private final Supplier<String> newId;
    private final String origin;

    /** A call in the making. */
    private static final class Call {
        private final int index;
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
        private int told; // how much of the arguments downstream knows
        private boolean started;
        private @Nullable Object extraContent;

        Call(int index) {
            this.index = index;
        }
    }

    /** One fragment, as it was read; reused for each. */
    static final class Fragment {
        String id = "";
        long index = NO_INDEX;
        String name = "";
        String arguments = "";

        @Nullable
        Object extraContent;

        /** Ready for the next one. */
        Fragment reset() {
            id = "";
            index = NO_INDEX;
            name = "";
            arguments = "";
            extraContent = null;
            return this;
        }
    }

    /**
     * An assembler of one answer.
     *
     * @param newId makes an id where the server gives none
     * @param origin the family that a call's opaque data belongs to
     */
    ToolCallAssembler(ToolIds toolIds, Supplier<String> newId, String origin) {
        this.toolIds = toolIds;
        this.newId = newId;
        this.origin = origin;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** The next fragment of a stream. */
    void add(Fragment part, Consumer<? super StreamEvent> out) {
        append(resolve(part), part, out);
    }

    /** A call of an answer that came whole: what stands by itself is a call by itself. */
    void addWhole(Fragment part, Consumer<? super StreamEvent> out) {
        append(open(part), part, out);
    }

    private Call resolve(Fragment part) {
        Call known = part.id.isBlank() ? null : withId(part.id);
        if (known != null) {
            return known;
        }
        Call there = part.index == NO_INDEX ? null : atIndex(part.index);
        if (!part.name.isBlank() && opens(part, there)) {
            return open(part);
        }
        if (there != null) {
            return there;
        }
        // An index that is new, or a place that nobody has named: a call only if it brings an id to begin with.
        boolean begins = calls.isEmpty() || (part.index != NO_INDEX && !part.id.isBlank());
        return begins ? open(part) : calls.get(calls.size() - 1);
    }

    /** Whether a fragment with a name, whose id is unknown, is a new call. */
    private boolean opens(Fragment part, @Nullable Call there) {
        if (there != null) {
            boolean otherId = !part.id.isBlank() && !there.id.isEmpty();
            return otherId || (!part.id.isBlank() && !there.name.isEmpty() && !there.name.equals(part.name));
        }
        if (!part.id.isBlank() || part.index != NO_INDEX || calls.isEmpty()) {
            return true;
        }
        Call latest = calls.get(calls.size() - 1); // neither id nor index: the name alone must tell
        return !latest.name.isEmpty() && isObject(latest.arguments.toString());
    }

    private Call open(Fragment part) {
        Call call = new Call((int) part.index);
        calls.add(call);
        return call;
    }

    private @Nullable Call withId(String id) {
        for (Call call : calls) {
            if (call.id.equals(id)) {
                return call;
            }
        }
        return null;
    }

    /** The last one at this index: servers that number every call 0 mean the latest. */
    private @Nullable Call atIndex(long index) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (calls.get(i).index == index) {
                return calls.get(i);
            }
        }
        return null;
    }

    private void append(Call call, Fragment part, Consumer<? super StreamEvent> out) {
        boolean repeats = isRepetition(call, part);
        if (call.id.isEmpty() && !call.started) {
            call.id = part.id.isBlank() ? "" : part.id;
        }
        if (call.name.isEmpty()) {
            call.name = part.name.isBlank() ? "" : part.name;
        }
        if (part.extraContent != null) {
            call.extraContent = part.extraContent;
        }
        if (!repeats) {
            call.arguments.append(part.arguments);
        }
        if (!call.name.isEmpty() && (!call.id.isEmpty() || call.arguments.length() > 0)) {
            tell(call, out);
        }
    }

    /** LiteLLM sends each call once more at the end, whole, its arguments encoded twice. */
    private static boolean isRepetition(Call call, Fragment part) {
        String have = call.arguments.toString();
        if (part.name.isBlank() || part.arguments.length() < 2 || have.isEmpty() || !isObject(have)) {
            return false;
        }
        return part.arguments.equals(have) || have.equals(parsed(part.arguments));
    }

    private void tell(Call call, Consumer<? super StreamEvent> out) {
        if (!call.started) {
            call.started = true;
            if (call.id.isEmpty()) {
                call.id = newId.get();
            }
            out.accept(new StreamEvent.ToolUseStart(toolIds.fromWire(call.id), call.name));
        }
        if (call.told < call.arguments.length()) {
            String more = call.arguments.substring(call.told);
            call.told = call.arguments.length();
            out.accept(new StreamEvent.ToolUseDelta(toolIds.fromWire(call.id), more));
        }
    }

    /** The stream has ended, and so have its calls. A call without a name cannot be run, and is none. */
    void complete(Consumer<? super StreamEvent> out) {
        calls.removeIf(call -> call.name.isEmpty());
        for (Call call : calls) {
            tell(call, out);
            out.accept(new StreamEvent.ToolUseComplete(whole(call)));
        }
    }

    private ToolCall whole(Call call) {
        String id = toolIds.fromWire(call.id);
        String text = call.arguments.toString();
        Map<?, ?> input = input(text);
        ToolCall whole =
                input == null ? ToolCall.malformed(id, call.name, text) : ToolCall.of(id, call.name, asFields(input));
        return call.extraContent == null
                ? whole
                : whole.with(new ProviderData(origin, Map.of(MessageExtras.EXTRA_CONTENT, call.extraContent)));
    }

    /** The arguments as an object, or null if they are none. Nothing at all means no arguments. */
    private static @Nullable Map<?, ?> input(String text) {
        if (text.isBlank()) {
            return Map.of();
        }
        try {
            Object value = Json.parse(text);
            if (value instanceof String inner) { // encoded twice
                value = Json.parse(inner);
            }
            return value == null ? Map.of() : value instanceof Map<?, ?> map ? map : null;
        } catch (JsonException e) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // a parsed JSON object has String keys
    private static Map<String, ?> asFields(Map<?, ?> input) {
        return (Map<String, ?>) input;
    }

    private static boolean isObject(String text) {
        return parsed(text) instanceof Map<?, ?>;
    }

    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }
}
