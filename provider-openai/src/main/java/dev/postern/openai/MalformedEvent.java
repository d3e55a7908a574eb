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
 * An event that is no JSON, and what can be made of it: several events that only one line end separates, an error that a
 * relay put into the middle of another event, or an error whose text has raw line ends in it.
 */
final class MalformedEvent {
    /** An error is looked for in this much of the end of an event, and at so many places. */
    private static final int MAX_SEARCHED = 16 << 10;

    private static final int MAX_PLACES = 64;

    /** The words of an error that is no JSON: what follows the name of a message. */
    private static final Pattern WORDS = Pattern.compile(
            "^\\s*\\{.{0,500}?\"(?:error|message|detail|msg|error_message|error_msg)\"\\s*:\\s*\"(.*)", Pattern.DOTALL);

    private static final Pattern CLOSING = Pattern.compile(
            "(?<!\\\\)\"(?:\\s*,\\s*\"(?:type|code|param|status|error_type|error_code|metadata)\"\\s*:.*|[\\s}\\]]*)$",
            Pattern.DOTALL);

    private final List<byte[]> events = new ArrayList<>();
    private final byte[] rest;

    /** Looks at the data of an event that is no JSON. */
    MalformedEvent(byte[] payload) {
        int from = 0;
        int end = lineEnd(payload, from);
        while (from < payload.length && (end < payload.length || from > 0)) { // several lines, or the last of them
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

    /** The lines at its beginning that are events by themselves. */
    List<byte[]> events() {
        return events;
    }

    /** What follows them. */
    byte[] rest() {
        return rest;
    }

    /** The error in the rest, as the bytes of an error body; null if there is none. */
    byte @Nullable [] error() {
        int from = Math.max(0, rest.length - MAX_SEARCHED);
        String text = new String(rest, from, rest.length - from, StandardCharsets.UTF_8).trim();
        String inside = errorInside(text);
        String error = inside == null && from == 0 ? words(text) : inside;
        return error == null ? null : error.getBytes(StandardCharsets.UTF_8);
    }

    /** An object that begins somewhere, ends where the text or its line ends, and is an error. */
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

    /** The text of an error, up to where it closes, if it does. */
    private static @Nullable String words(String text) {
        Matcher words = WORDS.matcher(text);
        if (!words.find() || text.substring(0, words.start(1)).contains("\"choices\"")) {
            return null;
        }
        String said = CLOSING.matcher(words.group(1)).replaceFirst("");
        String plain = said.replace("\\n", " ").replace("\\\"", "\"").strip();
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
