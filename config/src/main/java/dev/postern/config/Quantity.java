package dev.postern.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses a number with or without a unit, from a file or a variable. */
final class Quantity {
    private static final int MOST_CHARACTERS = 40; // no number needs more, and some would take long to compute with
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    private static final Pattern WITH_UNIT = Pattern.compile("([+-]?\\d+(?:\\.\\d+)?)\\s*([a-zA-Z]*)");
    private static final Map<String, Long> NANOS = Map.of(
            "ms", 1_000_000L, "", 1_000_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final Map<String, Long> BYTES = Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);

    private Quantity() {}

    /** A number; empty if the text is not a number. */
    static Optional<BigDecimal> number(@Nullable Object value) {
        String text = text(value);
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /** A duration in seconds, or in the given unit: {@code ms}, {@code s}, {@code m}, {@code h}. */
    static Optional<Duration> duration(@Nullable Object value) {
        return amount(text(value), NANOS).flatMap(nanos -> {
            long most = Long.MAX_VALUE; // 292 years
            boolean fits = nanos.abs().compareTo(BigDecimal.valueOf(most)) <= 0;
            return fits ? Optional.of(Duration.ofNanos(nanos.longValue())) : Optional.empty();
        });
    }

    /**
     * A size in bytes, or in the given unit: {@code k}, {@code m}, {@code g}, also as {@code KB} or {@code KiB}; of
     * 1024 each.
     */
    static Optional<BigDecimal> bytes(@Nullable Object value) {
        String text = text(value).toLowerCase(Locale.ROOT);
        return amount(text.replaceFirst("(?<=[kmg])i?b$|(?<=\\d)\\s*b$", ""), BYTES);
    }

    private static Optional<BigDecimal> amount(String text, Map<String, Long> units) {
        Matcher parts = WITH_UNIT.matcher(text);
        Long unit = parts.matches() ? units.get(parts.group(2)) : null;
        return unit == null
                ? Optional.empty()
                : Optional.of(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
    }

    private static String text(@Nullable Object value) {
        String text = value instanceof String || value instanceof Number
                ? value.toString().trim()
                : "";
        return text.length() > MOST_CHARACTERS ? "" : text;
    }
}
