package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keyword "type". Error Prone takes a code tag with this word for a misspelled parameter.
 *
 * @param types the names of the allowed types
 */
record TypeRule(List<String> types) implements Rule {
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "string", "text",
            "integer", "an integer",
            "number", "a number",
            "boolean", "true or false",
            "object", "an object",
            "array", "a list",
            "null", "null");

    static boolean isKnown(String type) {
        return DESCRIPTIONS.containsKey(type);
    }

    @Override
    public void check(@Nullable Object value, CheckContext check, ValuePath path) {
        for (String type : types) {
            if (is(type, value)) {
                return;
            }
        }
        path.mismatch(String.join(" or ", types.stream().map(DESCRIPTIONS::get).toList()), value);
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

    /**
     * As in the specification, 3.0 is an integer. A number with thousands of digits is refused, since it could fill
     * the memory.
     */
    private static boolean isWhole(Number number) {
        BigDecimal exact = Numbers.exact(number);
        return exact != null && Numbers.isBounded(exact) && Numbers.isWhole(exact);
    }
}
