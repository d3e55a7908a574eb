package dev.postern.json;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/**
 * Writes JSON. An object or array is a lambda and is closed automatically. The order of the calls is the order of the
 * fields. Not thread-safe.
 *
 * <pre>{@code
 * byte[] bytes = Json.bytes(json -> json.object(request -> request
 *         .field("model", "m")
 *         .array("messages", messages, (out, message) -> out.object(…))));
 * }</pre>
 */
public final class JsonWriter {
    /** Empty, because the generator has a buffer of its own and passes a short text on in one piece. */
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

    private final JsonGenerator out =
            Tokens.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8);

    JsonWriter() {}

    /** Writes one object or array or field after the other. */
    @FunctionalInterface
    public interface Body {
        /** Writes the content of the object or array. */
        void write(JsonWriter json);
    }

    /** An object as a value. */
    public JsonWriter object(Body fields) {
        out.writeStartObject();
        fields.write(this);
        out.writeEndObject();
        return this;
    }

    /** An object as a field. */
    public JsonWriter object(String name, Body fields) {
        out.writeName(name);
        return object(fields);
    }

    /** An array as a value; {@code elements} writes values. */
    public JsonWriter array(Body elements) {
        out.writeStartArray();
        elements.write(this);
        out.writeEndArray();
        return this;
    }

    /** An array as a field; {@code elements} writes values. */
    public JsonWriter array(String name, Body elements) {
        out.writeName(name);
        return array(elements);
    }

    /** An array as a field, one value for each element. */
    public <T> JsonWriter array(String name, Iterable<T> elements, BiConsumer<JsonWriter, ? super T> element) {
        out.writeName(name);
        out.writeStartArray();
        for (T one : elements) {
            element.accept(this, one);
        }
        out.writeEndArray();
        return this;
    }

    /** A string. */
    public JsonWriter field(String name, String value) {
        out.writeName(name);
        return text(value);
    }

    /** A string, unless it is empty. */
    public JsonWriter fieldIfAny(String name, String value) {
        return value.isEmpty() ? this : field(name, value);
    }

    /** A whole number. */
    public JsonWriter field(String name, long value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    /**
     * A number.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public JsonWriter field(String name, double value) {
        out.writeName(name);
        number(value);
        return this;
    }

    /** A boolean. */
    public JsonWriter field(String name, boolean value) {
        out.writeBooleanProperty(name, value);
        return this;
    }

    /** Null. */
    public JsonWriter nullField(String name) {
        out.writeNullProperty(name);
        return this;
    }

    /** Any JSON value; see {@link #value}. */
    public JsonWriter fieldOf(String name, @Nullable Object value) {
        out.writeName(name);
        return value(value);
    }

    /** A string as a value. Half a surrogate pair, which has no UTF-8 form, becomes U+FFFD. */
    public JsonWriter text(String value) {
        out.writeString(mended(value));
        return this;
    }

    /**
     * Maps, iterables, strings, numbers, booleans and null, to any depth.
     *
     * @throws IllegalArgumentException for anything else, and for numbers that are not finite
     */
    public JsonWriter value(@Nullable Object value) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            text(text);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> field : map.entrySet()) {
                fieldOf(mended(String.valueOf(field.getKey())), field.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                value(element);
            }
            out.writeEndArray();
        } else {
            throw new IllegalArgumentException(value.getClass().getName() + " is not a JSON value");
        }
        return this;
    }

    /** Copies the current value of the reader token by token, so that numbers keep their digits. */
    void copy(JsonReader from) {
        JsonToken token = from.token();
        if (token == JsonToken.START_OBJECT) {
            out.writeStartObject();
            while (from.nextField()) {
                out.writeName(mended(from.name()));
                copy(from);
            }
            out.writeEndObject();
        } else if (token == JsonToken.START_ARRAY) {
            out.writeStartArray();
            while (from.nextElement()) {
                copy(from);
            }
            out.writeEndArray();
        } else if (token == JsonToken.VALUE_STRING) {
            text(from.tokens().text());
        } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            out.writeBoolean(token == JsonToken.VALUE_TRUE);
        } else if (from.tokens().isNumber()) { // also NaN, which counts as null elsewhere
            out.writeNumber(from.tokens().text());
        } else {
            out.writeNull();
        }
    }

    private void number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                throw new IllegalArgumentException(number + " is not a JSON number");
            }
            out.writeNumber(number.toString()); // as Java shows it: no digits of a widened float
        } else if (number instanceof BigDecimal decimal) {
            out.writeNumber(decimal);
        } else if (number instanceof BigInteger integer) {
            out.writeNumber(integer);
        } else if (number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte) {
            out.writeNumber(number.longValue());
        } else {
            throw new IllegalArgumentException(number.getClass().getName() + " is not a JSON value");
        }
    }

    byte[] toBytes() {
        out.close();
        return bytes.toByteArray();
    }

    private static String mended(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return wellFormed(text);
            }
        }
        return text;
    }

    private static String wellFormed(String text) {
        StringBuilder mended = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            mended.appendCodePoint(half ? 0xFFFD : point);
        }
        return mended.toString();
    }
}
