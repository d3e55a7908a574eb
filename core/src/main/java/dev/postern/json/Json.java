package dev.postern.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * JSON in one call, for small or rare texts. Use {@link JsonReader} and {@link JsonWriter} for large or frequent ones.
 */
public final class Json {
    private Json() {}

    /**
     * The value of a text, as {@link JsonReader#value} returns it.
     *
     * @throws JsonException if the text is not JSON, has more than one value, or exceeds the {@linkplain
     *     JsonLimits#defaults default limits}
     */
    public static @Nullable Object parse(byte[] utf8) {
        return parse(utf8, JsonLimits.defaults());
    }

    /** The same with other limits, for texts from untrusted sources. */
    public static @Nullable Object parse(byte[] utf8, JsonLimits limits) {
        return parse(utf8, new JsonReader(limits, false));
    }

    /**
     * The same, but accepts invalid numbers that some servers write: see {@link JsonReader#lenient}. For errors and
     * answers of servers, which must not be lost because of such a number.
     */
    public static @Nullable Object lenient(byte[] utf8) {
        return parse(utf8, JsonReader.lenient());
    }

    private static @Nullable Object parse(byte[] utf8, JsonReader reader) {
        byte[] closed = closed(utf8);
        reader.begin(closed, 0, closed.length);
        Object value = reader.value();
        reader.end();
        return value;
    }

    /**
     * A bare number could go on where the text ends, so white space is put there. Objects, arrays and strings close.
     */
    private static byte[] closed(byte[] utf8) {
        int start = 0;
        while (start < utf8.length && utf8[start] <= ' ' && utf8[start] > 0) {
            start++;
        }
        if (start < utf8.length && "{[\"".indexOf(utf8[start]) >= 0) {
            return utf8;
        }
        byte[] closed = Arrays.copyOf(utf8, utf8.length + 1);
        closed[utf8.length] = ' ';
        return closed;
    }

    /** The value of a string, as {@link #parse(byte[])} returns it. */
    public static @Nullable Object parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The value that {@link #lenient} returns, as a {@link JsonObject}; an empty one if the text is not a JSON object.
     */
    public static JsonObject object(byte[] utf8) {
        try {
            return JsonObject.of(lenient(utf8));
        } catch (JsonException e) {
            return JsonObject.of(null);
        }
    }

    /** The same for a string, such as the text of an answer in JSON. */
    public static JsonObject object(String text) {
        return object(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The JSON that {@code body} writes, in UTF-8.
     *
     * @throws IllegalStateException if it is not JSON: a field outside of an object, or more than 500 levels
     */
    public static byte[] bytes(Consumer<JsonWriter> body) {
        JsonWriter writer = new JsonWriter();
        try {
            body.accept(writer);
            return writer.toBytes();
        } catch (JacksonException e) {
            throw new IllegalStateException("what is written is not JSON: " + e.getOriginalMessage());
        }
    }

    /** A value made of maps, lists, strings, numbers, booleans and null as JSON text. */
    public static String text(@Nullable Object value) {
        return new String(bytes(writer -> writer.value(value)), StandardCharsets.UTF_8);
    }

    /** A map as JSON text. */
    public static String text(Map<String, ?> map) {
        return text((Object) map);
    }
}
