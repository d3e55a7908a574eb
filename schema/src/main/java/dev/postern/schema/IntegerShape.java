package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The shape of an integer type. {@code 3.0} and {@code "3"} are accepted, since models write them; {@code 3.5} is not.
 *
 * @param sized the type with its range, for a problem with a whole number that is too large
 * @param described whether the schema describes the range
 * @param exactly converts a number; throws ArithmeticException if it is out of range
 */
record IntegerShape(String sized, boolean described, Function<BigDecimal, Object> exactly) implements Shape {

    @Override
    public Map<String, Object> schema() {
        if (!described) {
            return Map.of("type", "integer");
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "integer");
        schema.put("description", sized);
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public String hint() {
        return described ? sized : "";
    }

    @Override
    public @Nullable Object read(@Nullable Object json, ValuePath path) {
        BigDecimal decimal = Numbers.decimal(json);
        if (decimal == null || (Numbers.isBounded(decimal) && !Numbers.isWhole(decimal))) {
            path.mismatch("an integer", json);
            return null;
        }
        try {
            if (Numbers.isBounded(decimal)) {
                return exactly.apply(decimal);
            }
        } catch (ArithmeticException e) {
            // reported below
        }
        path.mismatch(sized, json);
        return null;
    }
}
