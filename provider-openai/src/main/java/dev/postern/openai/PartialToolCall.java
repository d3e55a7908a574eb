package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tool call in the making: gathers its fragments, and emits what is new as soon as the call has a name. */
final class PartialToolCall {
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
    private boolean neverWhole;
    private final BracketCounter brackets = new BracketCounter();
    private int emitted; // how much of the arguments went out
    private boolean started;
    /** Whether the arguments are {@code {}} so far, which some servers send first in place of the real ones. */
    private boolean placeholder;

    private @Nullable CustomInput custom; // of a call whose input is text
    private @Nullable Object extraContent;

    PartialToolCall(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }

    /** The server's id, or ours once the call has started; empty before. */
    String id() {
        return id;
    }

    /** The tool's name; empty until it came. */
    String name() {
        return name;
    }

    /** Whether these are the arguments so far. */
    boolean hasArguments(String text) {
        return text.contentEquals(arguments);
    }

    /** Whether the arguments so far may be replaced by the real ones. */
    boolean isPlaceholder() {
        return placeholder;
    }

    /**
     * Id and name are set once; arguments are appended.
     *
     * @return how many characters this has added
     */
    int append(ToolFragment part) {
        if (id.isEmpty() && !started) {
            id = part.id.isBlank() ? "" : part.id;
        }
        if (name.isEmpty()) {
            name = part.name.isBlank() ? "" : part.name;
        }
        if (part.extraContent != null) {
            extraContent = part.extraContent;
        }
        int before = arguments.length();
        if (part.custom || custom != null) {
            if (custom == null) {
                custom = new CustomInput(arguments);
            }
            custom.append(part.arguments);
        } else {
            appendArguments(more(part.arguments));
        }
        return Math.max(0, arguments.length() - before);
    }

    private void appendArguments(String text) {
        if (placeholder && !text.isBlank()) {
            arguments.setLength(0);
            neverWhole = false;
            brackets.reset();
            placeholder = false;
        }
        if (!placeholder) {
            placeholder = arguments.length() == 0 && isEmptyObject(text);
            arguments.append(text);
        }
    }

    private static boolean isEmptyObject(String text) {
        String stripped = text.strip();
        return stripped.startsWith("{")
                && stripped.endsWith("}")
                && stripped.length() > 1
                && stripped.substring(1, stripped.length() - 1).isBlank();
    }

    /**
     * What a fragment adds to the arguments. Nothing, if they are whole and come once more: LiteLLM repeats each call at
     * the end. There they are JSON in a JSON string, which is undone where it can be told from a string in the arguments.
     */
    private String more(String text) {
        boolean begun = arguments.length() > 0 && !placeholder;
        boolean mayBeWhole = text.startsWith("\"") || (begun && text.startsWith("{"));
        if (!mayBeWhole || (begun && !isWhole())) {
            return text;
        }
        Object value = parsed(text);
        Object inner = value instanceof String encoded ? parsed(encoded) : value;
        if (!(inner instanceof Map<?, ?>)) {
            return text;
        }
        if (begun) {
            return inner.equals(parsed(arguments.toString())) ? "" : text;
        }
        return value instanceof String encoded ? encoded : text;
    }

    /** The look at the last character spares nearly all the parsing. */
    boolean isWhole() {
        int length = arguments.length();
        if (neverWhole || length == 0 || arguments.charAt(length - 1) != '}' || !brackets.areClosed(arguments)) {
            return false;
        }
        try {
            return Json.parse(arguments.toString()) instanceof Map<?, ?>;
        } catch (JsonException e) {
            neverWhole = !e.truncated(); // what is wrong in itself stays so, whatever follows
            return false;
        }
    }

    /** Emits what is new, if the call can be named: it needs a name, and an id or something to emit. */
    void emit(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!name.isEmpty() && (!id.isEmpty() || arguments.length() > 0)) {
            emitAll(toolIds, newId, out);
        }
    }

    /**
     * The stream has ended: emits what is left, and the whole.
     *
     * @param malformed whether the server says that this is not what the model should have written
     */
    void complete(
            ToolIds toolIds,
            Supplier<String> newId,
            String origin,
            boolean malformed,
            Consumer<? super StreamEvent> out) {
        placeholder = false;
        if (custom != null) {
            custom.end();
        }
        emitAll(toolIds, newId, out);
        out.accept(new StreamEvent.ToolCallComplete(whole(toolIds.fromWire(id), origin, malformed)));
    }

    private void emitAll(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!started) {
            started = true;
            if (id.isEmpty()) {
                id = newId.get();
            }
            out.accept(new StreamEvent.ToolCallStart(toolIds.fromWire(id), name));
        }
        if (emitted < arguments.length() && !placeholder) {
            String more = arguments.substring(emitted);
            emitted = arguments.length();
            out.accept(new StreamEvent.ToolCallDelta(toolIds.fromWire(id), more));
        }
    }

    private ToolCall whole(String callId, String origin, boolean malformed) {
        String text = arguments.toString();
        Map<?, ?> input = malformed ? null : input(text);
        ToolCall whole =
                input == null ? ToolCall.malformed(callId, name, text) : ToolCall.of(callId, name, asFields(input));
        Map<String, Object> wantedBack = new LinkedHashMap<>();
        if (custom != null) {
            wantedBack.put(CustomInput.TYPE, CustomInput.CUSTOM);
        }
        if (extraContent != null) {
            wantedBack.put(MessageExtras.EXTRA_CONTENT, extraContent);
        }
        return wantedBack.isEmpty() ? whole : whole.with(new ProviderData(origin, wantedBack));
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
