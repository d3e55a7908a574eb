package dev.postern.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which JSON values are the same: to JSON 1, 1.0 and 1e0 are, to Java they are not. */
final class Same {
    private Same() {}

    /** Equal values have equal forms. */
    static @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof Number number) {
            BigDecimal exact = Numbers.exact(number);
            return exact == null ? value : exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> canonical = new HashMap<>();
            map.forEach((name, field) -> canonical.put(name, canonical(field)));
            return canonical;
        }
        if (value instanceof Collection<?> list) {
            List<@Nullable Object> canonical = new ArrayList<>(list.size());
            list.forEach(element -> canonical.add(canonical(element)));
            return canonical;
        }
        return value;
    }
}
