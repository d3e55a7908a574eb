package dev.postern.json;

import tools.jackson.core.JsonToken;

/** Copies values token by token, so that numbers keep their digits. */
final class SourceText {
    private SourceText() {}

    /** Copies the current value of the reader. */
    static void copy(JsonReader from, JsonWriter to) {
        JsonToken token = from.token();
        if (token == JsonToken.START_OBJECT) {
            to.object(fields -> {
                while (from.nextField()) {
                    fields.name(from.name());
                    copy(from, fields);
                }
            });
        } else if (token == JsonToken.START_ARRAY) {
            to.array(elements -> {
                while (from.nextElement()) {
                    copy(from, elements);
                }
            });
        } else if (token == JsonToken.VALUE_STRING) {
            to.text(from.tokens().text());
        } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            to.value(token == JsonToken.VALUE_TRUE);
        } else if (from.tokens().isNumber()) { // also NaN, which counts as null elsewhere
            to.number(from.tokens().text());
        } else {
            to.value(null);
        }
    }
}
