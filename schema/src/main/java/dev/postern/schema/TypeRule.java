package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What kinds of values there may be.
 *
 * @param types the names of the types
 */
record TypeRule(List<String> types) implements Rule {
    private static final Map<String, String> WORDS = Map.of(
            "string", "text",
            "integer", "an integer",
            "number", "a number",
            "boolean", "true or false",
            "object", "an object",
            "array", "a list",
            "null", "null");

    static boolean isKnown(String type) {
        return WORDS.containsKey(type);
    }

    @Override
    public void check(@Nullable Object value, Check check, Place place) {
        for (String type : types) {
            if (is(type, value)) {
                return;
            }
        }
        place.misfit(String.join(" or ", types.stream().map(WORDS::get).toList()), value);
    }

    private static boolean is(String type, @Nullable Object value) {
        return switch (type) {
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Number number && isWhole(number);
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            case "object" -> value instanceof Map<?, ?>;
            case "array" -> value instanceof Collection<?>;
            default -> value == null;
        };
    }

    /** As the specification has it, 3.0 is an integer. One of thousands of digits is not: as an integer it may fill the memory. */
    private static boolean isWhole(Number number) {
        BigDecimal exact = Numbers.exact(number);
        return exact != null && Numbers.isModest(exact) && Numbers.isWhole(exact);
    }
}
