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
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shapes of all types that are a JSON string, number or boolean. */
final class Scalars {
    private static final int MAX_TEXT_LENGTH = 1000;

    private static final String ZONED_TIME = "a time with its zone, such as 2026-01-31T12:00:00Z";

    private static final Map<Class<?>, Shape> KNOWN = new HashMap<>();

    static {
        KNOWN.put(String.class, new Scalar("string", "text", Scalars::text));
        KNOWN.put(CharSequence.class, new Scalar("string", "text", Scalars::text));
        both(char.class, Character.class, hinted("one character", Scalars::character));
        both(boolean.class, Boolean.class, new Scalar("boolean", "true or false", Scalars::bool));
        both(int.class, Integer.class, integer("an integer of 32 bits", BigDecimal::intValueExact));
        both(long.class, Long.class, integer("an integer of 64 bits", BigDecimal::longValueExact));
        both(short.class, Short.class, small("an integer from -32768 to 32767", BigDecimal::shortValueExact));
        both(byte.class, Byte.class, small("an integer from -128 to 127", BigDecimal::byteValueExact));
        KNOWN.put(BigInteger.class, integer("an integer of at most 1000 digits", BigDecimal::toBigIntegerExact));
        both(double.class, Double.class, new Scalar("number", "a number", Scalars::doubleNumber));
        both(float.class, Float.class, number(value -> Float.isFinite(value.floatValue()) ? value.floatValue() : null));
        KNOWN.put(BigDecimal.class, number(value -> value));
        KNOWN.put(Number.class, number(value -> value));
        parsed(Instant.class, "date-time", ZONED_TIME, text -> Times.zoned(text).toInstant(), Instant::parse);
        parsed(OffsetDateTime.class, "date-time", ZONED_TIME, Times::zoned);
        parsed(
                ZonedDateTime.class,
                "date-time",
                ZONED_TIME,
                text -> Times.zoned(text).toZonedDateTime(),
                ZonedDateTime::parse);
        parsed(OffsetTime.class, "time", "a time of day with its offset, such as 12:00:00Z", Times::time);
        parsed(LocalDate.class, "date", "a date, such as 2026-01-31", LocalDate::parse);
        KNOWN.put(
                LocalDateTime.class,
                hinted("a date and time without a zone, such as 2026-01-31T12:00:00", parser(Times::local)));
        KNOWN.put(LocalTime.class, hinted("a time of day without a zone, such as 12:00:00", parser(LocalTime::parse)));
        KNOWN.put(
                Duration.class,
                hinted("a duration in days, hours, minutes and seconds, such as P1DT2H30M", parser(Times::duration)));
        KNOWN.put(Period.class, hinted("a period in years, months and days, such as P1Y2M3D", parser(Period::parse)));
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

    /** Text with a format; the parsers are tried in turn. */
    @SafeVarargs
    private static void parsed(Class<?> type, String format, String expected, Function<String, Object>... parsers) {
        KNOWN.put(type, new Scalar("string", format, "", expected, parser(parsers)));
    }

    /** Text without a format, since the JSON Schema formats differ from the Java type. */
    private static Shape hinted(String expected, Function<Object, @Nullable Object> reader) {
        return new Scalar("string", "", expected, expected, reader);
    }

    @SafeVarargs
    private static Function<Object, @Nullable Object> parser(Function<String, Object>... parsers) {
        return json ->
                json instanceof String text && text.length() <= MAX_TEXT_LENGTH ? parsed(text.strip(), parsers) : null;
    }

    @SafeVarargs
    private static @Nullable Object parsed(String text, Function<String, Object>... parsers) {
        for (Function<String, Object> parser : parsers) {
            try {
                return parser.apply(text);
            } catch (RuntimeException e) {
                // try the next parser
            }
        }
        return null;
    }

    /** An integer whose range is reported only if a number is out of range. */
    private static Shape integer(String sized, Function<BigDecimal, Object> exactly) {
        return new IntegerShape(sized, false, exactly);
    }

    /** An integer with a small range, which the schema describes to the model. */
    private static Shape small(String sized, Function<BigDecimal, Object> exactly) {
        return new IntegerShape(sized, true, exactly);
    }

    private static Shape number(Function<BigDecimal, @Nullable Object> value) {
        return new Scalar("number", "a number", json -> {
            BigDecimal decimal = Numbers.decimal(json);
            return decimal == null ? null : value.apply(decimal);
        });
    }

    /** Keeps a double unchanged, since BigDecimal has no -0.0. */
    private static @Nullable Object doubleNumber(Object json) {
        if (json instanceof Double value) {
            return finite(value);
        }
        BigDecimal decimal = Numbers.decimal(json);
        return decimal == null ? null : finite(decimal.doubleValue());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** A number or boolean is accepted as text, for example for house numbers and postal codes. */
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

    /** Stricter than the parser of the JDK, which accepts {@code 1-1-1-1-1}. */
    private static Object uuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID");
        }
        return uuid;
    }
}
