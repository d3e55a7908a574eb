package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tool call in the making: gathers its fragments, and tells downstream what is new as soon as the call has a name. */
final class PartialToolCall {
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
    private int told; // how much of the arguments downstream knows
    private boolean started;
    private @Nullable Object extraContent;

    PartialToolCall(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }

    /** The server's id, or ours once the call was told; empty before. */
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

    /** Id and name are set once; arguments are appended. */
    void append(ToolFragment part) {
        if (id.isEmpty() && !started) {
            id = part.id.isBlank() ? "" : part.id;
        }
        if (name.isEmpty()) {
            name = part.name.isBlank() ? "" : part.name;
        }
        if (part.extraContent != null) {
            extraContent = part.extraContent;
        }
        arguments.append(more(part.arguments));
    }

    /**
     * What a fragment adds to the arguments. Nothing, if they are whole and come once more: LiteLLM repeats each call at
     * the end. There they are JSON in a JSON string, which is undone where it can be told from a string in the arguments.
     */
    private String more(String text) {
        boolean begun = arguments.length() > 0;
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
        return length > 0 && arguments.charAt(length - 1) == '}' && parsed(arguments.toString()) instanceof Map<?, ?>;
    }

    /** Tells what is new, if the call can be told: it needs a name, and an id or something to tell. */
    void tell(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!name.isEmpty() && (!id.isEmpty() || arguments.length() > 0)) {
            tellAll(toolIds, newId, out);
        }
    }

    /** The stream has ended: tells what is left, and the whole. */
    void complete(ToolIds toolIds, Supplier<String> newId, String origin, Consumer<? super StreamEvent> out) {
        tellAll(toolIds, newId, out);
        out.accept(new StreamEvent.ToolUseComplete(whole(toolIds.fromWire(id), origin)));
    }

    private void tellAll(ToolIds toolIds, Supplier<String> newId, Consumer<? super StreamEvent> out) {
        if (!started) {
            started = true;
            if (id.isEmpty()) {
                id = newId.get();
            }
            out.accept(new StreamEvent.ToolUseStart(toolIds.fromWire(id), name));
        }
        if (told < arguments.length()) {
            String more = arguments.substring(told);
            told = arguments.length();
            out.accept(new StreamEvent.ToolUseDelta(toolIds.fromWire(id), more));
        }
    }

    private ToolCall whole(String callId, String origin) {
        String text = arguments.toString();
        Map<?, ?> input = input(text);
        ToolCall whole =
                input == null ? ToolCall.malformed(callId, name, text) : ToolCall.of(callId, name, asFields(input));
        return extraContent == null
                ? whole
                : whole.with(new ProviderData(origin, Map.of(MessageExtras.EXTRA_CONTENT, extraContent)));
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
