package dev.postern.schema;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import org.jspecify.annotations.Nullable;

/** Parses objects and lists that a model has written as a string with JSON. */
final class QuotedJson {
    private QuotedJson() {}

    /** The parsed text, if it is JSON with this first character; else the unchanged value. */
    static @Nullable Object unquoted(@Nullable Object json, char opening) {
        if (json instanceof String text
                && !text.isBlank()
                && text.stripLeading().charAt(0) == opening) {
            try {
                return Json.parse(text);
            } catch (JsonException e) {
                return json;
            }
        }
        return json;
    }
}
