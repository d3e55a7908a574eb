package dev.postern.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Reads selected fields from JSON and skips the others, without a tree. One reader reads any number of documents, one
 * after the other; it keeps no state between them, even if a document was malformed or not read to its end. Not
 * thread-safe.
 *
 * <p>A reader class has one method for each JSON object that it knows, and each method has one loop:
 *
 * <pre>{@code
 * Usage usage(JsonReader json) {
 *     long input = 0;
 *     if (json.beginObject()) {
 *         while (json.nextField()) {
 *             switch (json.name()) {
 *                 case "prompt_tokens" -> input = json.integer(0);
 *                 default -> json.skip();
 *             }
 *         }
 *     }
 *     return Usage.of(input, …);
 * }
 * }</pre>
 *
 * <p>Each value must be consumed by exactly one call. A value of another type than the call expects counts as absent
 * and is skipped, because servers differ in their types; text that is not JSON is a {@link JsonException}.
 */
public final class JsonReader {
    private final boolean lenient;
    private final ValueReader tree;
    private @Nullable Tokens lent; // while a document is read
    private @Nullable RepetitionFilter observer; // of this document
    private JsonToken token = JsonToken.NOT_AVAILABLE;

    /** A reader that refuses everything that the standard refuses. */
    public JsonReader() {
        this(JsonLimits.defaults(), false);
    }

    JsonReader(JsonLimits limits, boolean lenient) {
        this.lenient = lenient;
        this.tree = new ValueReader(this, limits, lenient);
    }

    /**
     * A reader for the answers of servers, which must not be lost because of an invalid number. {@code NaN}, {@code
     * Infinity} and {@code -Infinity}, which Python writes into logprobs, count as null. In a {@link #value} they are
     * strings, and so are numbers whose exponent is out of bounds. So no value is replaced by another one.
     */
    public static JsonReader lenient() {
        return new JsonReader(JsonLimits.defaults(), true);
    }

    /**
     * Begins a document, at its value. The bytes must not change before {@link #end}. Invalid UTF-8 is read as U+FFFD.
     *
     * <p>A document that is a bare number, boolean or null ends where white space follows it: without, it might go on.
     */
    public void begin(byte[] buffer, int offset, int length) {
        observer = null;
        tree.begin();
        Tokens tokens = Tokens.lend(lenient); // another one, if the last document was malformed or left in the middle
        lent = tokens;
        tokens.begin(buffer, offset, length);
        token = tokens.next();
    }

    /** Until the document ends, this gets the values that are read or skipped. */
    void observe(RepetitionFilter added) {
        observer = added;
    }

    /** Ends a document whose value was consumed: only white space may be left. */
    public void end() {
        tokens().finish();
        lent = null;
    }

    Tokens tokens() {
        Tokens tokens = lent;
        if (tokens == null) {
            throw new IllegalStateException("there is no document; begin() one");
        }
        return tokens;
    }

    /** Enters an object. If the value is not an object, skips it and returns false. */
    public boolean beginObject() {
        return enter(JsonToken.START_OBJECT);
    }

    /** Enters an array. If the value is not an array, skips it and returns false. */
    public boolean beginArray() {
        return enter(JsonToken.START_ARRAY);
    }

    private boolean enter(JsonToken start) {
        if (token == start) {
            return true;
        }
        pass();
        return false;
    }

    /** Goes to the value of the next field, or leaves the object and returns false. */
    public boolean nextField() {
        if (tokens().next() == JsonToken.END_OBJECT) {
            return false;
        }
        token = tokens().next();
        return true;
    }

    /** Goes to the next element, or leaves the array and returns false. */
    public boolean nextElement() {
        token = tokens().next();
        return token != JsonToken.END_ARRAY;
    }

    /** The name of the current field. */
    public String name() {
        return tokens().parser().currentName();
    }

    /** Whether the value is a string. */
    public boolean isString() {
        return token == JsonToken.VALUE_STRING;
    }

    /** Whether the value is an object. */
    public boolean isObject() {
        return token == JsonToken.START_OBJECT;
    }

    /** Whether the value is an array. */
    public boolean isArray() {
        return token == JsonToken.START_ARRAY;
    }

    /** Whether the value is null. */
    public boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }

    /** A string; a number or boolean as it is written; the empty string for null, an object or an array. */
    public String text() {
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            return tokens().text();
        }
        pass();
        return "";
    }

    /** The same as {@link #text}, for a string that changes from one document of a stream to the next. */
    public String varying() {
        String text = text();
        if (observer != null && token == JsonToken.VALUE_STRING && !text.isEmpty()) {
            observer.varying(text, tokens());
        }
        return text;
    }

    /** Whether the value is this string. */
    public boolean is(String text) {
        if (token == JsonToken.VALUE_STRING) {
            return tokens().is(text);
        }
        pass();
        return false;
    }

    /** A whole number, also one that is written as a string or with a fraction; {@code absent} for all else. */
    public long integer(long absent) {
        try {
            if (token == JsonToken.VALUE_NUMBER_INT) {
                return tokens().parser().getLongValue();
            }
            if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_STRING) {
                return JsonNumbers.whole(tokens().text(), absent);
            }
        } catch (JacksonException e) {
            return absent; // larger than a long
        }
        pass();
        return absent;
    }

    /** True or false; false for all else. */
    public boolean bool() {
        boolean value = token == JsonToken.VALUE_TRUE;
        pass();
        return value;
    }

    /** Skips the value, of any type. */
    public void skip() {
        Tokens tokens = tokens();
        RepetitionFilter noted = observer;
        int depth = 0;
        for (JsonToken next = token; ; next = tokens.next()) {
            if (next.isStructStart()) {
                depth++;
            } else if (next.isStructEnd()) {
                depth--;
            } else if (noted != null) {
                noted.skipped(next, tokens);
            }
            if (depth == 0) {
                return;
            }
        }
    }

    /** Skips a value whose type was looked at. It is not reported as skipped, so a repetition must have the same value. */
    private void pass() {
        if (token.isStructStart()) {
            RepetitionFilter noted = observer;
            observer = null;
            skip();
            observer = noted;
        }
    }

    /**
     * The whole value: a {@link Map}, {@link List}, {@link String}, {@link Boolean}, number or null. Integers are
     * {@link Integer}, {@link Long} or {@link BigInteger} as they fit. Other numbers are {@link Double}, or {@link
     * BigDecimal} where a double would lose digits or range, the zero at the end of 19.90 included.
     *
     * @throws JsonException if the values of a document become more than {@link JsonLimits#maxValues}, or an exponent
     *     is beyond 2,000,000,000, such as that of {@code 1e2147483648}
     */
    public @Nullable Object value() {
        return tree.read();
    }

    /**
     * The whole value as JSON text, without white space and with its numbers as they are written, because Java's types
     * cannot hold all of them. A lenient reader copies {@code NaN} and the infinities, too.
     */
    public String source() {
        return new String(Json.bytes(json -> json.copy(this)), StandardCharsets.UTF_8);
    }

    /** The current token. */
    JsonToken token() {
        return token;
    }
}
