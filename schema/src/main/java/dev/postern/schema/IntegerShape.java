package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole number of some size. {@code 3.0} and {@code "3"} are taken, since models write them; {@code 3.5} is not.
 *
 * @param sized what must be there, said where the number is whole and too large
 * @param told whether the schema says so, too
 * @param exactly the value, or an ArithmeticException if it does not fit
 */
record IntegerShape(String sized, boolean told, Function<BigDecimal, Object> exactly) implements Shape {

    @Override
    public Map<String, Object> schema() {
        if (!told) {
            return Map.of("type", "integer");
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "integer");
        schema.put("description", sized);
        return Collections.unmodifiableMap(schema);
    }

    @Override
    public String hint() {
        return told ? sized : "";
    }

    @Override
    public @Nullable Object read(@Nullable Object json, Place place) {
        BigDecimal decimal = Numbers.decimal(json);
        if (decimal == null || (Numbers.isModest(decimal) && !Numbers.isWhole(decimal))) {
            place.misfit("an integer", json);
            return null;
        }
        try {
            if (Numbers.isModest(decimal)) {
                return exactly.apply(decimal);
            }
        } catch (ArithmeticException e) {
            // said below
        }
        place.misfit(sized, json);
        return null;
    }
}
