package dev.postern.schema;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as RFC 3339 and ISO 8601 write them, which is more than the JDK's parsers take. */
final class Times {
    private static final Pattern FRACTION = Pattern.compile("(\\.[0-9]{9})[0-9]+");
    private static final Pattern WEEKS = Pattern.compile("([+-]?)P([0-9]{1,9})W", Pattern.CASE_INSENSITIVE);
    private static final int DAYS_OF_WEEK = 7;

    private Times() {}

    static OffsetDateTime moment(String text) {
        return OffsetDateTime.parse(plain(text));
    }

    static LocalDateTime local(String text) {
        return LocalDateTime.parse(plain(text));
    }

    static OffsetTime time(String text) {
        return OffsetTime.parse(plain(text));
    }

    /** Less than a nanosecond is dropped; a leap second is the second before it, as {@link java.time.Instant} has it. */
    private static String plain(String text) {
        String plain = FRACTION.matcher(text).replaceFirst("$1");
        plain = plain.length() > 10 && plain.charAt(10) == ' '
                ? plain.substring(0, 10) + "T" + plain.substring(11)
                : plain;
        return plain.replaceFirst(":60(?=[Zz.+-]|$)", ":59");
    }

    /** Years and months have no length, but weeks do. */
    static Duration duration(String text) {
        Matcher weeks = WEEKS.matcher(text);
        if (!weeks.matches()) {
            return Duration.parse(text);
        }
        Duration duration = Duration.ofDays((long) DAYS_OF_WEEK * Integer.parseInt(weeks.group(2)));
        return weeks.group(1).equals("-") ? duration.negated() : duration;
    }
}
