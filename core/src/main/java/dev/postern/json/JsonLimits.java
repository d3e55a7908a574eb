package dev.postern.json;

/**
 * How much a JSON text may hold when it becomes a tree of maps and lists. The length of the text is bounded by whoever
 * reads its bytes; but a text of 4 MB that is {@code [[],[],…]} becomes more than a million objects, which take many times
 * as much memory. Nesting is bounded always, at 200 levels.
 */
public final class JsonLimits {
    /** How many values a text may have unless the caller says otherwise: {@value}. */
    public static final int DEFAULT_MAX_VALUES = 2_000_000;

    private static final JsonLimits DEFAULTS = new JsonLimits(DEFAULT_MAX_VALUES);

    private final int maxValues;

    private JsonLimits(int maxValues) {
        this.maxValues = maxValues;
    }

    /** The limits that hold where no others are given. */
    public static JsonLimits defaults() {
        return DEFAULTS;
    }

    /**
     * The same limits with another number of values. Each object, array, string, number, boolean and null counts as one;
     * names of fields do not count.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public JsonLimits withMaxValues(int values) {
        if (values < 1) {
            throw new IllegalArgumentException("maxValues must be at least 1, not " + values);
        }
        return new JsonLimits(values);
    }

    /** How many values a text may have. */
    public int maxValues() {
        return maxValues;
    }

    @Override
    public String toString() {
        return "JsonLimits[maxValues=" + maxValues + "]";
    }
}
