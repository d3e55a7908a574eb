package dev.postern.schema;

import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole number of some size. {@code 3.0} and {@code "3"} are taken, since models write them; {@code 3.5} is not.
 *
 * @param sized what must be there, said where the number is whole and too large
 * @param exactly the value, or an ArithmeticException if it does not fit
 */
record IntegerShape(String sized, Function<BigDecimal, Object> exactly) implements Shape {

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", "integer");
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
