package dev.postern.schema;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the JSON objects in the text of a model, which can have code fences and other text around them. */
final class JsonExtractor {
    /** The maximum number of braces at which parsing is tried; the text can have many. */
    private static final int MAX_TRIES = 50;

    private JsonExtractor() {}

    /** The outermost objects in the text, in order. */
    static List<Map<?, ?>> objects(String text) {
        Object whole = parsed(text);
        if (whole instanceof Map<?, ?> object) {
            return List.of(object);
        }
        return within(whole instanceof String quoted ? quoted : text);
    }

    private static List<Map<?, ?>> within(String text) {
        List<Map<?, ?>> objects = new ArrayList<>();
        int start = text.indexOf('{');
        for (int tries = 0; start >= 0 && tries < MAX_TRIES; tries++) {
            int end = end(text, start);
            Object value = end < 0 ? null : parsed(text.substring(start, end));
            if (value instanceof Map<?, ?> object) {
                objects.add(object);
                start = text.indexOf('{', end);
            } else {
                start = text.indexOf('{', start + 1);
            }
        }
        return objects;
    }

    /** The index after the brace that closes the one at {@code start}; negative if there is none. */
    private static int end(String text, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static @Nullable Object parsed(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }
}
