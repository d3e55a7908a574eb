package dev.postern.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a server asks to wait, in all the shapes in which servers say so: {@code retry-after-ms}; {@code Retry-After}
 * in whole or fractional seconds or as a date; {@code x-ratelimit-reset-*} as a Go duration ({@code 1m30.5s}), as seconds
 * or as a Unix time; {@code anthropic-ratelimit-*-reset} as an ISO instant; and "try again in 5.2s" in the message.
 */
public final class RetryAfter {
    /** Checked first, as Java's own parser takes {@code 1d} for one. */
    private static final Pattern NUMBER = Pattern.compile("\\d{1,30}(?:\\.\\d{1,30})?");

    private static final Pattern GO_DURATION =
            Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+(?:\\.\\d+)?)s)?(?:(\\d+(?:\\.\\d+)?)ms)?");
    private static final Pattern IN_TEXT = Pattern.compile(
            "(?i)(?:try again|retry) (?:in|after) ([0-9][0-9a-z.]*)(?: ?(ms|milli|s|min|m|h)(?:[a-z]*\\b))?");
    /** A plain number beyond this is a point in time, not a wait: 10⁹ seconds were over in 2001. */
    private static final double FIRST_UNIX_TIME = 1e9;

    private static final Duration LONGEST = Duration.ofDays(365);

    private RetryAfter() {}

    /** What the headers say. */
    public static Optional<Duration> of(HttpReply reply, Instant now) {
        Optional<Duration> wait = seconds(reply.header("retry-after-ms")).map(ms -> ms.dividedBy(1000));
        if (wait.isEmpty()) {
            wait = parse(reply.header("retry-after"), now);
        }
        return wait.isPresent() ? wait : reset(reply, now);
    }

    /** What a message says, as in "Please try again in 5.289s". */
    public static Optional<Duration> inText(String message) {
        Matcher found = IN_TEXT.matcher(message);
        if (!found.find()) {
            return Optional.empty();
        }
        String amount = strip(found.group(1));
        if (found.group(2) == null) {
            return go(amount).or(() -> seconds(amount));
        }
        String unit = found.group(2).toLowerCase(Locale.ROOT);
        return go(amount + (unit.equals("milli") ? "ms" : unit.equals("min") ? "m" : unit));
    }

    /** The latest reset among the limits that are used up; those with something left do not hold us back. */
    private static Optional<Duration> reset(HttpReply reply, Instant now) {
        Duration longest = null;
        for (Map.Entry<String, List<String>> header : reply.headerMap().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!isReset(name) || !usedUp(reply, name)) {
                continue;
            }
            Optional<Duration> wait = parse(header.getValue().get(0), now);
            if (wait.isPresent() && (longest == null || wait.get().compareTo(longest) > 0)) {
                longest = wait.get();
            }
        }
        return Optional.ofNullable(longest);
    }

    private static boolean isReset(String name) {
        return name.startsWith("x-ratelimit-reset")
                || (name.startsWith("anthropic-ratelimit-") && name.endsWith("-reset"));
    }

    private static boolean usedUp(HttpReply reply, String resetName) {
        String left = reply.header(resetName.replaceFirst("reset", "remaining"));
        return left.isEmpty() || left.equals("0");
    }

    private static Optional<Duration> parse(String value, Instant now) {
        String text = value.trim();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return seconds(text)
                .map(wait -> wait.toSeconds() < FIRST_UNIX_TIME ? wait : until(Instant.EPOCH.plus(wait), now))
                .or(() -> go(text))
                .or(() -> moment(text, DateTimeFormatter.RFC_1123_DATE_TIME, now))
                .or(() -> moment(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME, now));
    }

    private static Optional<Duration> seconds(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        double seconds = Double.parseDouble(text);
        return seconds < 1e12 ? Optional.of(Duration.ofMillis((long) (seconds * 1000))) : Optional.empty();
    }

    private static Optional<Duration> go(String text) {
        Matcher parts = GO_DURATION.matcher(text);
        if (text.isEmpty() || text.length() > 40 || !parts.matches()) {
            return Optional.empty();
        }
        double seconds = part(parts, 1) * 86_400
                + part(parts, 2) * 3600
                + part(parts, 3) * 60
                + part(parts, 4)
                + part(parts, 5) / 1000;
        return Optional.of(seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofMillis(Math.round(seconds * 1000)));
    }

    private static double part(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Double.parseDouble(parts.group(group));
    }

    private static Optional<Duration> moment(String text, DateTimeFormatter format, Instant now) {
        try {
            return Optional.of(until(format.parse(text, Instant::from), now));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** A moment that is over asks for no wait. */
    private static Duration until(Instant moment, Instant now) {
        return moment.isBefore(now) ? Duration.ZERO : Duration.between(now, moment);
    }

    private static String strip(String amount) {
        return amount.endsWith(".") ? amount.substring(0, amount.length() - 1) : amount;
    }
}
