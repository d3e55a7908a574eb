package dev.postern.openai;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event that is not JSON. It may consist of several events without blank lines between them, contain an error that a
 * proxy inserted into another event, or be an error whose text contains raw line breaks.
 */
final class MalformedEvent {
    /** The number of bytes, at the end of the event, in which an error is searched. */
    private static final int MAX_SEARCHED = 16 << 10;

    /** The number of opening braces at which an error is searched. */
    private static final int MAX_PLACES = 64;

    /** The text of an error that is not JSON: everything after the name of a message field. */
    private static final Pattern TEXT = Pattern.compile(
            "^\\s*\\{.{0,500}?\"(?:error|message|detail|msg|error_message|error_msg)\"\\s*:\\s*\"(.*)", Pattern.DOTALL);

    /** The end of an error after its message: more fields, or closing brackets. */
    private static final Pattern CLOSING = Pattern.compile(
            "(?<!\\\\)\"(?:\\s*,\\s*\"(?:type|code|param|status|error_type|error_code|metadata)\"\\s*:.*|[\\s}\\]]*)$",
            Pattern.DOTALL);

    private final List<byte[]> events = new ArrayList<>();
    private final byte[] rest;

    /** Splits the data of an event that is not JSON. */
    MalformedEvent(byte[] payload) {
        int from = 0;
        int end = lineEnd(payload, from);
        while (from < payload.length && (end < payload.length || from > 0)) { // only if there are several lines
            byte[] line = Arrays.copyOfRange(payload, from, end);
            if (!isEvent(line)) {
                break;
            }
            events.add(line);
            from = Math.min(end + 1, payload.length);
            end = lineEnd(payload, from);
        }
        rest = Arrays.copyOfRange(payload, from, payload.length);
    }

    private static int lineEnd(byte[] payload, int from) {
        int at = from;
        while (at < payload.length && payload[at] != '\n') {
            at++;
        }
        return at;
    }

    private static boolean isEvent(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8).trim();
        byte[] trimmed = text.getBytes(StandardCharsets.UTF_8);
        return text.equals("[DONE]") || Heartbeat.isData(trimmed, 0, trimmed.length) || parsed(text) != null;
    }

    /** The lines at the beginning that are complete events. */
    List<byte[]> events() {
        return events;
    }

    /** The bytes after these lines. */
    byte[] rest() {
        return rest;
    }

    /** The error in the rest, as the bytes of an error body; null if there is none. */
    byte @Nullable [] error() {
        int from = Math.max(0, rest.length - MAX_SEARCHED);
        String text = new String(rest, from, rest.length - from, StandardCharsets.UTF_8).trim();
        String inside = errorInside(text);
        String error = inside == null && from == 0 ? errorText(text) : inside;
        return error == null ? null : error.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns an object inside the text that is an error and ends at the end of the text or of its line; null if none.
     */
    private static @Nullable String errorInside(String text) {
        int places = 0;
        for (int at = text.indexOf('{'); at >= 0 && places < MAX_PLACES; at = text.indexOf('{', at + 1)) {
            places++;
            int line = text.indexOf('\n', at);
            String rest = text.substring(at);
            for (String candidate : line < 0 ? List.of(rest) : List.of(text.substring(at, line), rest)) {
                if (isError(parsed(candidate))) {
                    return candidate;
                }
            }
        }
        return null;
    }

    private static boolean isError(@Nullable Object value) {
        JsonObject object = JsonObject.of(value);
        return object.has("error")
                || object.has("error_message")
                || object.text("type").equals("error")
                || object.text("object").equals("error");
    }

    /** Returns the message of an error that is not valid JSON, as a JSON string; null if there is none. */
    private static @Nullable String errorText(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.find() || text.substring(0, matcher.start(1)).contains("\"choices\"")) {
            return null;
        }
        String message = CLOSING.matcher(matcher.group(1)).replaceFirst("");
        String plain = message.replace("\\n", " ").replace("\\\"", "\"").strip();
        return plain.isEmpty() ? null : Json.text(plain);
    }

    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }
}
