package dev.postern.json;

/**
 * Limits of a JSON text that becomes a tree of maps and lists. The reader of the bytes limits the length of the text;
 * but a text of 4 MB that is {@code [[],[],…]} becomes more than a million objects, which take many times as much
 * memory. Nesting is always limited to 200 levels.
 */
public final class JsonLimits {
    /** The default limit of the number of values: {@value}. */
    public static final int DEFAULT_MAX_VALUES = 2_000_000;

    private static final JsonLimits DEFAULTS = new JsonLimits(DEFAULT_MAX_VALUES);

    private final int maxValues;

    private JsonLimits(int maxValues) {
        this.maxValues = maxValues;
    }

    /** The default limits. */
    public static JsonLimits defaults() {
        return DEFAULTS;
    }

    /**
     * The same limits with another number of values. Each object, array, string, number, boolean and null counts as
     * one; names of fields do not count.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public JsonLimits withMaxValues(int values) {
        if (values < 1) {
            throw new IllegalArgumentException("maxValues must be at least 1, not " + values);
        }
        return new JsonLimits(values);
    }

    /** The maximum number of values in a text. */
    public int maxValues() {
        return maxValues;
    }

    @Override
    public String toString() {
        return "JsonLimits[maxValues=" + maxValues + "]";
    }
}
