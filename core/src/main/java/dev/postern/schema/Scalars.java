package dev.postern.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The types that are one JSON string, number or boolean. */
final class Scalars {
    private static final int LONGEST_TEXT = 1000;

    private static final Map<Class<?>, Shape> KNOWN = new HashMap<>();

    static {
        KNOWN.put(String.class, new Scalar("string", "", "text", Scalars::text));
        KNOWN.put(CharSequence.class, new Scalar("string", "", "text", Scalars::text));
        both(char.class, Character.class, new Scalar("string", "", "one character", Scalars::character));
        both(boolean.class, Boolean.class, new Scalar("boolean", "", "true or false", Scalars::bool));
        both(int.class, Integer.class, integer("an integer of 32 bits", BigDecimal::intValueExact));
        both(long.class, Long.class, integer("an integer of 64 bits", BigDecimal::longValueExact));
        both(short.class, Short.class, integer("an integer of 16 bits", BigDecimal::shortValueExact));
        both(byte.class, Byte.class, integer("an integer of 8 bits", BigDecimal::byteValueExact));
        KNOWN.put(BigInteger.class, integer("an integer", BigDecimal::toBigIntegerExact));
        both(double.class, Double.class, number(value -> finite(value.doubleValue())));
        both(float.class, Float.class, number(value -> Float.isFinite(value.floatValue()) ? value.floatValue() : null));
        KNOWN.put(BigDecimal.class, number(value -> value));
        KNOWN.put(Number.class, number(value -> value));
        parsed(Instant.class, "date-time", "a time with its zone, such as 2026-01-31T12:00:00Z", Instant::parse);
        parsed(
                OffsetDateTime.class,
                "date-time",
                "a time with its zone, such as 2026-01-31T12:00:00Z",
                OffsetDateTime::parse);
        parsed(
                ZonedDateTime.class,
                "date-time",
                "a time with its zone, such as 2026-01-31T12:00:00Z",
                ZonedDateTime::parse);
        parsed(LocalDateTime.class, "", "a time without zone, such as 2026-01-31T12:00:00", LocalDateTime::parse);
        parsed(LocalDate.class, "date", "a date, such as 2026-01-31", LocalDate::parse);
        parsed(LocalTime.class, "time", "a time of day, such as 12:00:00", LocalTime::parse);
        parsed(Duration.class, "duration", "a duration, such as PT1H30M", Duration::parse);
        parsed(Period.class, "duration", "a period, such as P1Y2M", Period::parse);
        parsed(UUID.class, "uuid", "a UUID", Scalars::uuid);
        parsed(URI.class, "uri", "a URI", URI::create);
    }

    private Scalars() {}

    static @Nullable Shape of(Class<?> type) {
        return KNOWN.get(type);
    }

    private static void both(Class<?> primitive, Class<?> box, Shape shape) {
        KNOWN.put(primitive, shape);
        KNOWN.put(box, shape);
    }

    private static void parsed(Class<?> type, String format, String wanted, Function<String, Object> parser) {
        Function<Object, @Nullable Object> reader = json ->
                json instanceof String text && text.length() <= LONGEST_TEXT ? parser.apply(text.strip()) : null;
        KNOWN.put(type, new Scalar("string", format, wanted, reader));
    }

    /** The words say the size only where that is what is wrong. */
    private static Shape integer(String sized, Function<BigDecimal, Object> exactly) {
        return new IntegerShape(sized, exactly);
    }

    private static Shape number(Function<BigDecimal, @Nullable Object> value) {
        return new Scalar("number", "", "a number", json -> {
            BigDecimal decimal = Numbers.decimal(json);
            return decimal == null ? null : value.apply(decimal);
        });
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** A number or boolean where text belongs is taken as it is written: house numbers, postal codes. */
    private static @Nullable Object text(Object json) {
        return json instanceof String || json instanceof Number || json instanceof Boolean ? json.toString() : null;
    }

    private static @Nullable Object character(Object json) {
        String text = json.toString();
        return json instanceof String && text.length() == 1 ? text.charAt(0) : null;
    }

    private static @Nullable Object bool(Object json) {
        if (json instanceof Boolean) {
            return json;
        }
        return switch (json instanceof String text && text.length() < 10
                ? text.strip().toLowerCase(Locale.ROOT)
                : "") {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        };
    }

    /** The JDK's own parser takes {@code 1-1-1-1-1}, too. */
    private static Object uuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("no UUID");
        }
        return uuid;
    }
}
