package dev.postern.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.JsonTokenId;

/** Reads values of a {@link JsonReader} as trees of maps and lists, and counts the values of each document. */
final class ValueReader {
    private final JsonReader json;
    private final int maxValues;
    private final boolean lenient;
    private int values;

    ValueReader(JsonReader json, JsonLimits limits, boolean lenient) {
        this.json = json;
        this.maxValues = limits.maxValues();
        this.lenient = lenient;
    }

    /** Another document begins. */
    void begin() {
        values = 0;
    }

    /** The whole current value of the reader. */
    @Nullable
    Object read() {
        if (++values > maxValues) {
            throw new JsonException("the JSON text has more than " + maxValues + " values", false);
        }
        JsonToken token = json.token();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            while (json.nextField()) {
                map.put(json.name(), read());
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (json.nextElement()) {
                list.add(read());
            }
            return list;
        }
        return scalar(token, json.tokens());
    }

    private @Nullable Object scalar(JsonToken token, Tokens tokens) {
        try {
            return switch (token.id()) {
                case JsonTokenId.ID_STRING -> tokens.text();
                case JsonTokenId.ID_TRUE -> true;
                case JsonTokenId.ID_FALSE -> false;
                case JsonTokenId.ID_NUMBER_INT -> tokens.parser().getNumberValue();
                case JsonTokenId.ID_NUMBER_FLOAT -> decimal(tokens.text());
                default -> tokens.isNumber() ? tokens.text() : null;
            };
        } catch (JacksonException e) {
            throw tokens.malformed(e);
        }
    }

    private Object decimal(String text) {
        Number number = JsonNumbers.decimal(text);
        if (number != null) {
            return number;
        }
        if (lenient) {
            return text;
        }
        throw new JsonException("the exponent of a number in the JSON text is out of bounds", false);
    }
}
