package dev.postern.schema;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses times of RFC 3339 and ISO 8601, including forms that the parsers of the JDK refuse. */
final class Times {
    private static final Pattern FRACTION = Pattern.compile("(\\.[0-9]{9})[0-9]+");
    private static final Pattern LEAP_SECOND = Pattern.compile("([0-9]{2}:[0-9]{2}):60(?=[Zz.+-])");
    private static final Pattern WEEKS = Pattern.compile("([+-]?)P([0-9]{1,9})W", Pattern.CASE_INSENSITIVE);
    private static final LocalTime LAST_MINUTE = LocalTime.of(23, 59);
    private static final int DATE_LENGTH = 10;
    private static final int DAYS_PER_WEEK = 7;

    private Times() {}

    static OffsetDateTime zoned(String text) {
        OffsetDateTime zoned = OffsetDateTime.parse(withoutLeapSecond(plain(text)));
        checkLeapSecond(text, zoned.toOffsetTime());
        return zoned;
    }

    static LocalDateTime local(String text) {
        return LocalDateTime.parse(plain(text));
    }

    static OffsetTime time(String text) {
        OffsetTime time = OffsetTime.parse(withoutLeapSecond(plain(text)));
        checkLeapSecond(text, time);
        return time;
    }

    /** Drops fractions of a nanosecond, and accepts a space instead of the T. */
    private static String plain(String text) {
        String plain = FRACTION.matcher(text).replaceFirst("$1");
        return plain.length() > DATE_LENGTH && plain.charAt(DATE_LENGTH) == ' '
                ? plain.substring(0, DATE_LENGTH) + "T" + plain.substring(DATE_LENGTH + 1)
                : plain;
    }

    /** Replaces a leap second by the second before it, as {@link java.time.Instant} does. */
    private static String withoutLeapSecond(String text) {
        return LEAP_SECOND.matcher(text).replaceFirst("$1:59");
    }

    /** A leap second is valid only at the end of a day in UTC. */
    private static void checkLeapSecond(String text, OffsetTime time) {
        boolean last = !time.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime().isBefore(LAST_MINUTE);
        if (!last && LEAP_SECOND.matcher(text).find()) {
            throw new DateTimeException("not a leap second");
        }
    }

    /** Also accepts weeks, which have a fixed length, unlike years and months. */
    static Duration duration(String text) {
        Matcher weeks = WEEKS.matcher(text);
        if (!weeks.matches()) {
            return Duration.parse(text);
        }
        Duration duration = Duration.ofDays((long) DAYS_PER_WEEK * Integer.parseInt(weeks.group(2)));
        return weeks.group(1).equals("-") ? duration.negated() : duration;
    }
}
