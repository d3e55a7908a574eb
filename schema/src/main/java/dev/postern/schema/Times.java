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

/** Times as RFC 3339 and ISO 8601 write them, which is more than the JDK's parsers take. */
final class Times {
    private static final Pattern FRACTION = Pattern.compile("(\\.[0-9]{9})[0-9]+");
    private static final Pattern LEAP_SECOND = Pattern.compile("([0-9]{2}:[0-9]{2}):60(?=[Zz.+-])");
    private static final Pattern WEEKS = Pattern.compile("([+-]?)P([0-9]{1,9})W", Pattern.CASE_INSENSITIVE);
    private static final LocalTime LAST_MINUTE = LocalTime.of(23, 59);
    private static final int BEFORE_TIME = 10;
    private static final int DAYS_OF_WEEK = 7;

    private Times() {}

    static OffsetDateTime moment(String text) {
        OffsetDateTime moment = OffsetDateTime.parse(withoutLeapSecond(plain(text)));
        checkLeapSecond(text, moment.toOffsetTime());
        return moment;
    }

    static LocalDateTime local(String text) {
        return LocalDateTime.parse(plain(text));
    }

    static OffsetTime time(String text) {
        OffsetTime time = OffsetTime.parse(withoutLeapSecond(plain(text)));
        checkLeapSecond(text, time);
        return time;
    }

    /** Less than a nanosecond is dropped, and a space may stand for the T. */
    private static String plain(String text) {
        String plain = FRACTION.matcher(text).replaceFirst("$1");
        return plain.length() > BEFORE_TIME && plain.charAt(BEFORE_TIME) == ' '
                ? plain.substring(0, BEFORE_TIME) + "T" + plain.substring(BEFORE_TIME + 1)
                : plain;
    }

    /** A leap second is the second before it, as {@link java.time.Instant} has it. */
    private static String withoutLeapSecond(String text) {
        return LEAP_SECOND.matcher(text).replaceFirst("$1:59");
    }

    /** There are leap seconds at the end of a day in UTC alone. */
    private static void checkLeapSecond(String text, OffsetTime time) {
        boolean last = !time.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime().isBefore(LAST_MINUTE);
        if (!last && LEAP_SECOND.matcher(text).find()) {
            throw new DateTimeException("no leap second");
        }
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
