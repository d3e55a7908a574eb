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

/** An incomplete tool call: collects its fragments, and emits new arguments as soon as the call has a name. */
final class PartialToolCall {
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
    private boolean neverWhole;
    private final BracketCounter brackets = new BracketCounter();
    private int emitted; // how many characters of the arguments were emitted
    private boolean started;
    /** Whether the arguments so far are {@code {}}, which some servers send before the real ones. */
    private boolean placeholder;

    private @Nullable CustomInput custom; // of a custom call, whose input is text
    private @Nullable Object extraContent;

    PartialToolCall(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }

    /** The server's id, or a new one if the call started without one; empty until then. */
    String id() {
        return id;
    }

    /** The tool's name; empty until the server sent it. */
    String name() {
        return name;
    }

    /** Whether the arguments so far are equal to this text. */
    boolean hasArguments(String text) {
        return text.contentEquals(arguments);
    }

    /** Whether the arguments so far are an empty object that may be a placeholder. */
    boolean isPlaceholder() {
        return placeholder;
    }

    /**
     * Adds a fragment. Id and name are set once; arguments are appended.
     *
     * @return the number of characters that were added to the arguments
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
            appendArguments(newArguments(part.arguments));
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
     * Returns the text that a fragment adds to the arguments. It is empty if the fragment repeats complete arguments:
     * LiteLLM repeats each call at the end. LiteLLM also encodes the arguments as a JSON string, which is decoded if it
     * contains an object.
     */
    private String newArguments(String text) {
        boolean hasBegun = arguments.length() > 0 && !placeholder;
        boolean mayBeWhole = text.startsWith("\"") || (hasBegun && text.startsWith("{"));
        if (!mayBeWhole || (hasBegun && !isWhole())) {
            return text;
        }
        Object value = parsed(text);
        Object inner = value instanceof String encoded ? parsed(encoded) : value;
        if (!(inner instanceof Map<?, ?>)) {
            return text;
        }
        if (hasBegun) {
            return inner.equals(parsed(arguments.toString())) ? "" : text;
        }
        return value instanceof String encoded ? encoded : text;
    }

    /** Whether the arguments so far are a complete object. The checks before the parser avoid nearly all parsing. */
    boolean isWhole() {
        int length = arguments.length();
        if (neverWhole || length == 0 || arguments.charAt(length - 1) != '}' || !brackets.areClosed(arguments)) {
            return false;
        }
        try {
            return Json.parse(arguments.toString()) instanceof Map<?, ?>;
        } catch (JsonException e) {
            neverWhole = !e.truncated(); // an error that more text cannot correct
            return false;
        }
    }

    /** Emits new arguments, if the call has a name, and an id or arguments. */
    void emit(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!name.isEmpty() && (!id.isEmpty() || arguments.length() > 0)) {
            emitAll(toolIds, newId, out);
        }
    }

    /**
     * Emits the rest of the arguments and the complete call, at the end of the stream.
     *
     * @param malformed whether the server reported that this call is malformed
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
        Map<String, Object> data = new LinkedHashMap<>();
        if (custom != null) {
            data.put(CustomInput.TYPE, CustomInput.CUSTOM);
        }
        if (extraContent != null) {
            data.put(MessageExtras.EXTRA_CONTENT, extraContent);
        }
        return data.isEmpty() ? whole : whole.with(new ProviderData(origin, data));
    }

    /** Returns the arguments as an object, null if they are not an object. A blank text is an empty object. */
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
