package dev.postern.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the retry delay that a server asks for, in all known forms: {@code retry-after-ms}; {@code Retry-After} in
 * whole or fractional seconds, as a date or as a duration; {@code x-ratelimit-reset-*} as a duration ({@code 1m30.5s}),
 * as seconds, or as a Unix time in seconds or milliseconds; {@code anthropic-ratelimit-*-reset} as an ISO instant; and
 * "try again in 5.2s" or "in 5 days and 3 hours" in the message.
 */
public final class RetryAfter {
    /** Needed because {@link Double#parseDouble} accepts {@code 1d}. */
    private static final Pattern NUMBER = Pattern.compile("\\d{1,30}(?:\\.\\d{1,30})?");

    /** A number from this on is a Unix time in seconds, not a delay: second 10⁹ was in 2001. */
    private static final double FIRST_UNIX_TIME = 1e9;
    /** A number from this on is a Unix time in milliseconds; in seconds it would be the year 33658. */
    private static final double FIRST_UNIX_MILLIS = 1e12;

    private static final double LAST_UNIX_MILLIS = 1e15;

    private RetryAfter() {}

    /** The delay in the headers of an answer. */
    public static Optional<Duration> of(HttpHeaders headers, Instant now) {
        Optional<Duration> wait = milliseconds(HttpReply.first(headers, "retry-after-ms"));
        if (wait.isEmpty()) {
            wait = milliseconds(HttpReply.first(headers, "x-ms-retry-after-ms"));
        }
        if (wait.isEmpty()) {
            wait = of(HttpReply.first(headers, "retry-after"), now);
        }
        return wait.isEmpty() ? reset(headers, now) : wait;
    }

    /** The delay in one value, in any form of a header, such as {@code 34.07s} in Google's {@code retryDelay}. */
    public static Optional<Duration> of(String value, Instant now) {
        String text = value.trim();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Duration> wait = number(text, now);
        if (wait.isEmpty()) {
            wait = WaitText.whole(text);
        }
        if (wait.isEmpty()) {
            wait = moment(text, DateTimeFormatter.RFC_1123_DATE_TIME, now);
        }
        return wait.isEmpty() ? moment(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME, now) : wait;
    }

    /** The delay in a message, such as "Please try again in 5.289s" or "try again in 3 weeks". */
    public static Optional<Duration> inText(String message) {
        return WaitText.inSentence(message);
    }

    /** The latest reset of the rate limits that are used up. */
    private static Optional<Duration> reset(HttpHeaders headers, Instant now) {
        Duration longest = null;
        for (Map.Entry<String, List<String>> header : headers.map().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!isReset(name) || !usedUp(headers, name)) {
                continue;
            }
            Optional<Duration> wait = of(header.getValue().get(0), now);
            if (wait.isPresent() && (longest == null || wait.get().compareTo(longest) > 0)) {
                longest = wait.get();
            }
        }
        return Optional.ofNullable(longest);
    }

    private static boolean isReset(String name) {
        return name.startsWith("x-ratelimit-reset")
                || name.equals("ratelimit-reset")
                || (name.startsWith("anthropic-ratelimit-") && name.endsWith("-reset"));
    }

    private static boolean usedUp(HttpHeaders headers, String resetName) {
        String left = HttpReply.first(headers, resetName.replaceFirst("reset", "remaining"));
        return left.isEmpty() || left.equals("0");
    }

    /** Seconds, or a moment in seconds or milliseconds since 1970. */
    private static Optional<Duration> number(String text, Instant now) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(text);
        if (number >= LAST_UNIX_MILLIS) {
            return Optional.empty();
        }
        if (number >= FIRST_UNIX_MILLIS) {
            return Optional.of(until(Instant.ofEpochMilli((long) number), now));
        }
        Duration seconds = Duration.ofMillis((long) (number * 1000));
        return Optional.of(number < FIRST_UNIX_TIME ? seconds : until(Instant.EPOCH.plus(seconds), now));
    }

    private static Optional<Duration> milliseconds(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        double number = Double.parseDouble(text);
        return number < LAST_UNIX_MILLIS ? Optional.of(Duration.ofMillis((long) number)) : Optional.empty();
    }

    private static Optional<Duration> moment(String text, DateTimeFormatter format, Instant now) {
        try {
            return Optional.of(until(Instant.from(format.parse(text)), now));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The time until a moment; zero if it is past. */
    private static Duration until(Instant moment, Instant now) {
        return moment.isBefore(now) ? Duration.ZERO : Duration.between(now, moment);
    }
}
