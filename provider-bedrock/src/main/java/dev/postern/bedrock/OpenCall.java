package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tool call in the making. Some servers begin with an empty object as a placeholder and send the arguments after it, so
 * an input that is an empty object so far is told only when it is known whether more follows: the fragments that are told
 * are always the input of the whole call.
 */
final class OpenCall {
    private final String id;
    private final String name;
    private final boolean ofServer;
    private final StringBuilder input = new StringBuilder();
    private boolean told; // all of the input so far
    private boolean whole; // what is held came as a JSON value

    /**
     * A call without input.
     *
     * @param ofServer whether the service runs the tool itself; such a call is told to nobody
     */
    OpenCall(String id, String name, boolean ofServer) {
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
     * More of the input.
     *
     * @param value whether it is all of the input, given as a JSON value; what comes after it takes its place
     */
    void append(String fragment, boolean value, Consumer<? super StreamEvent> out) {
        if (ofServer || fragment.isEmpty()) {
            return;
        }
        if (told) {
            input.append(fragment);
            out.accept(new StreamEvent.ToolCallDelta(id, fragment));
            return;
        }
        if (whole && !fragment.isBlank()) {
            input.setLength(0);
        }
        whole = value || (whole && fragment.isBlank());
        input.append(fragment);
        if (!whole && !mayBePlaceholder()) {
            tell(out);
        }
    }

    private void tell(Consumer<? super StreamEvent> out) {
        told = true;
        out.accept(new StreamEvent.ToolCallDelta(id, input.toString()));
    }

    /**
     * Whether the input is nothing, an empty object, or the beginning of one. Drops empty objects that something follows, and
     * white space, so that what is held stays short.
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
     * No more input follows.
     *
     * @param malformed whether it is known that this is not what the model should have written
     */
    void complete(boolean malformed, Consumer<? super StreamEvent> out) {
        if (ofServer) {
            return;
        }
        String text = input.toString();
        if (!told && !text.isBlank()) {
            tell(out);
        }
        Map<String, @Nullable Object> parsed = malformed ? null : parsed(text);
        out.accept(new StreamEvent.ToolCallComplete(
                parsed == null ? ToolCall.malformed(id, name, text) : ToolCall.of(id, name, parsed)));
    }

    /** Whether no input came. */
    boolean isEmpty() {
        return input.toString().isBlank();
    }

    /** The arguments, or null if they are no object; nothing at all means none. */
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
