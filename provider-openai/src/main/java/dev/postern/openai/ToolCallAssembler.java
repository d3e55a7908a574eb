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
 *   <li>it opens a new call if it has a name, and an id that is new or, without an id, an index that is new or another
 *       name than the call that is there, or arguments that begin anew;
 *   <li>id and name are set once, arguments are appended unless they are whole and come again, and nothing is finished
 *       before the stream is: text that is whole JSON already may still be the beginning of more.
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

    /** A call of an answer that came whole: what stands by itself is a call by itself, even under an id that is taken. */
    void addWhole(Fragment part, Consumer<? super StreamEvent> out) {
        if (withId(part.id) != null) {
            part.id = "";
        }
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
        return calls.isEmpty() || begins(part) ? open(part) : latest();
    }

    /** Whether a fragment at no known place begins a call that will be named later: it must bring an id to begin with. */
    private boolean begins(Fragment part) {
        return !part.id.isBlank() && (part.index != NO_INDEX || !latest().id.isEmpty());
    }

    /** Whether a fragment with a name, whose id is unknown, is a new call. */
    private boolean opens(Fragment part, @Nullable Call there) {
        boolean nowhere = part.index == NO_INDEX && part.id.isBlank() && !calls.isEmpty();
        Call call = nowhere ? latest() : there;
        if (call == null || (!part.id.isBlank() && !call.id.isEmpty())) {
            return true;
        }
        if (call.name.isEmpty() || !call.name.equals(part.name)) {
            return !call.name.isEmpty();
        }
        // Only the same name to go by: servers that repeat it with each fragment do not begin an object anew.
        boolean again = !nowhere && part.arguments.contentEquals(call.arguments);
        return part.id.isBlank() && part.arguments.startsWith("{") && isWhole(call) && !again;
    }

    private Call latest() {
        return calls.get(calls.size() - 1);
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
        if (call.id.isEmpty() && !call.started) {
            call.id = part.id.isBlank() ? "" : part.id;
        }
        if (call.name.isEmpty()) {
            call.name = part.name.isBlank() ? "" : part.name;
        }
        if (part.extraContent != null) {
            call.extraContent = part.extraContent;
        }
        call.arguments.append(more(call, part.arguments));
        if (!call.name.isEmpty() && (!call.id.isEmpty() || call.arguments.length() > 0)) {
            tell(call, out);
        }
    }

    /**
     * What a fragment adds to the arguments. Nothing, if they are whole and come once more: LiteLLM repeats each call at
     * the end. There they are JSON in a JSON string, which is undone where it can be told from a string in the arguments.
     */
    private static String more(Call call, String text) {
        boolean begun = call.arguments.length() > 0;
        boolean mayBeWhole = text.startsWith("\"") || (begun && text.startsWith("{"));
        if (!mayBeWhole || (begun && !isWhole(call))) {
            return text;
        }
        Object value = parsed(text);
        Object inner = value instanceof String encoded ? parsed(encoded) : value;
        if (!(inner instanceof Map<?, ?>)) {
            return text;
        }
        if (begun) {
            return inner.equals(parsed(call.arguments.toString())) ? "" : text;
        }
        return value instanceof String encoded ? encoded : text;
    }

    /** The look at the last character spares nearly all the parsing. */
    private static boolean isWhole(Call call) {
        int length = call.arguments.length();
        return length > 0
                && call.arguments.charAt(length - 1) == '}'
                && parsed(call.arguments.toString()) instanceof Map<?, ?>;
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

    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }
}
