package dev.postern.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a duration as servers write it: {@code 1m30.5s}, "250 ms", "2 minutes and 5 seconds", "5 days", "3 weeks". */
final class WaitText {
    private static final Map<String, Double> SECONDS =
            Map.of("ms", 0.001, "s", 1.0, "m", 60.0, "h", 3600.0, "d", 86_400.0, "w", 604_800.0, "month", 2_592_000.0);

    private static final String AMOUNT =
            "(?:\\d{1,30}(?:\\.\\d{1,30})?) ?(?:ms|msecs?|milli(?:second)?s?|s|secs?|seconds?"
                    + "|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|months?)(?![a-z])";
    private static final String AMOUNTS = AMOUNT + "(?:(?:,? and |, ?| )?" + AMOUNT + "){0,9}";

    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?) ?([a-z]+)");
    private static final Pattern WHOLE = Pattern.compile(AMOUNTS);
    /** A number without a unit counts as seconds, but only where nothing follows that could be a unit. */
    private static final Pattern IN_SENTENCE =
            Pattern.compile("\\b(?:(?:try again|try your request again|retry|retry your request) (?:in|after)"
                    + "(?: about| approximately| at least)? (?:(" + AMOUNTS
                    + ")|(\\d{1,12}(?:\\.\\d{1,12})?)(?!\\.?\\d|[:/-]| ?[a-z]))"
                    + "|(?:wait(?: for)?|resets? (?:in|after)|available(?: again)? in)(?: about| approximately| at least)? ("
                    + AMOUNTS + "))");

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int LONGEST_TEXT = 100;

    private WaitText() {}

    /** The text is a duration and nothing else. A number without a unit is none. */
    static Optional<Duration> whole(String text) {
        String lower = text.trim().toLowerCase(Locale.ROOT);
        return lower.length() <= LONGEST_TEXT && WHOLE.matcher(lower).matches()
                ? Optional.of(sum(lower))
                : Optional.empty();
    }

    /** A sentence asks for a wait, as in "Please try again in 5.289s". */
    static Optional<Duration> inSentence(String message) {
        Matcher found = IN_SENTENCE.matcher(message.toLowerCase(Locale.ROOT));
        if (!found.find()) {
            return Optional.empty();
        }
        if (found.group(2) != null) {
            return Optional.of(seconds(Double.parseDouble(found.group(2))));
        }
        return Optional.of(sum(found.group(1) != null ? found.group(1) : found.group(3)));
    }

    private static Duration sum(String amounts) {
        double seconds = 0;
        for (Matcher part = PART.matcher(amounts); part.find(); ) {
            seconds += Double.parseDouble(part.group(1)) * SECONDS.getOrDefault(unit(part.group(2)), 0.0);
        }
        return seconds(seconds);
    }

    /** To the millisecond, and at most a year. */
    private static Duration seconds(double seconds) {
        return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static String unit(String word) {
        if (word.equals("ms") || word.startsWith("milli") || word.startsWith("msec")) {
            return "ms";
        }
        return word.startsWith("month") ? "month" : word.substring(0, 1);
    }
}
