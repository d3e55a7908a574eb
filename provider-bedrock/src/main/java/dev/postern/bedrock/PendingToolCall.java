package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tool call whose input is not complete. Some servers send an empty object as a placeholder and then the arguments.
 * So an input that is an empty object so far is held until more comes or the call is complete. All emitted fragments
 * together are the input of the call.
 */
final class PendingToolCall {
    private final String id;
    private final String name;
    private final boolean ofServer;
    private final StringBuilder input = new StringBuilder();
    private boolean emitted; // all input so far was emitted
    private boolean wholeValue; // the held input came as a JSON value

    /**
     * Creates a call without input.
     *
     * @param ofServer whether the service runs the tool itself; such a call emits nothing
     */
    PendingToolCall(String id, String name, boolean ofServer) {
        this.id = id;
        this.name = name;
        this.ofServer = ofServer;
    }

    boolean hasId(String other) {
        return id.equals(other);
    }

    void start(Consumer<? super StreamEvent> out) {
        if (!ofServer) {
            out.accept(new StreamEvent.ToolCallStart(id, name));
        }
    }

    /**
     * Adds input.
     *
     * @param value whether the input came as a complete JSON value; input that comes after it replaces it
     */
    void append(String fragment, boolean value, Consumer<? super StreamEvent> out) {
        if (ofServer || fragment.isEmpty()) {
            return;
        }
        if (emitted) {
            input.append(fragment);
            out.accept(new StreamEvent.ToolCallDelta(id, fragment));
            return;
        }
        if (wholeValue && !fragment.isBlank()) {
            input.setLength(0);
        }
        wholeValue = value || (wholeValue && fragment.isBlank());
        input.append(fragment);
        if (!wholeValue && !mayBePlaceholder()) {
            emit(out);
        }
    }

    private void emit(Consumer<? super StreamEvent> out) {
        emitted = true;
        out.accept(new StreamEvent.ToolCallDelta(id, input.toString()));
    }

    /**
     * Whether the input is empty, an empty object, or the beginning of one. Removes white space, and empty objects with
     * input after them, so that the held input stays short.
     */
    private boolean mayBePlaceholder() {
        int at = afterBlanks(0);
        while (at < input.length() && input.charAt(at) == '{') {
            int close = afterBlanks(at + 1);
            if (close == input.length()) {
                return hold("{");
            }
            if (input.charAt(close) != '}') {
                return false;
            }
            int next = afterBlanks(close + 1);
            if (next == input.length()) {
                return hold("{}");
            }
            input.delete(0, next);
            at = 0;
        }
        return at == input.length() && hold("");
    }

    private boolean hold(String text) {
        input.setLength(0);
        input.append(text);
        return true;
    }

    private int afterBlanks(int from) {
        int at = from;
        while (at < input.length() && input.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    /**
     * Ends the call.
     *
     * @param malformed whether the input is known to be invalid or incomplete
     */
    void complete(boolean malformed, Consumer<? super StreamEvent> out) {
        if (ofServer) {
            return;
        }
        String text = input.toString();
        if (!emitted && !text.isBlank()) {
            emit(out);
        }
        Map<String, @Nullable Object> parsed = malformed ? null : parsed(text);
        out.accept(new StreamEvent.ToolCallComplete(
                parsed == null ? ToolCall.malformed(id, name, text) : ToolCall.of(id, name, parsed)));
    }

    /** Whether no input came. */
    boolean isEmpty() {
        return input.toString().isBlank();
    }

    /** The arguments, or null if the text is not a JSON object. A blank text means no arguments. */
    @SuppressWarnings("unchecked") // a parsed JSON object has String keys
    private static @Nullable Map<String, @Nullable Object> parsed(String text) {
        if (text.isBlank()) {
            return Map.of();
        }
        try {
            return Json.parse(text) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }
}
