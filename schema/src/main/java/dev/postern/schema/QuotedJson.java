package dev.postern.schema;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import org.jspecify.annotations.Nullable;

/** Some models write an object or list as a string that holds JSON. */
final class QuotedJson {
    private QuotedJson() {}

    /** What the text holds, if it is JSON that begins so; else the value as it is. */
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
