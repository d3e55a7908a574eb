package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Optional<Duration> of(String... namesAndValues) {
        Map<String, List<String>> headers = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return RetryAfter.of(HttpHeaders.of(headers, (name, value) -> true), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "20, PT20S",
        "' 20 ', PT20S",
        "1.5, PT1.5S",
        "6m0s, PT6M",
        "1m30.5s, PT1M30.5S",
        "2h3m, PT2H3M",
        "1d, P1D",
        "1d2h, P1DT2H",
        "250ms, PT0.25S",
        "8.64s, PT8.64S",
        "7.66ms, PT0.008S",
        "'Sun, 01 Mar 2026 12:00:30 GMT', PT30S",
        "'Sun, 01 Mar 2026 11:59:00 GMT', PT0S",
        "2026-03-01T12:01:00Z, PT1M",
        "2026-03-01T13:01:00+01:00, PT1M",
        "1772366490, PT1M30S",
        "1772366490000, PT1M30S",
        "1772366000000, PT0S",
        "1w, P7D",
        "1w2d3h, PT219H",
        "5 days, P5D",
        "3 weeks, P21D",
        "'1 hour, 30 minutes and 5 seconds', PT1H30M5S",
    })
    void allFormsOfTheHeaderAreRead(String value, Duration wait) {
        assertThat(of("Retry-After", value)).hasValue(wait);
        assertThat(of("x-ratelimit-reset-tokens", value)).hasValue(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "-1",
                "-20",
                "NaN",
                "Infinity",
                "1e300",
                "5f",
                "0x10p3",
                "1h-3m",
                "s",
                "ms",
                "tomorrow",
                "3 fortnights",
                "99999999999999999999",
                "Sun, 99 Mar 2026 12:00:30 GMT"
            })
    void invalidValuesAreIgnored(String value) {
        assertThat(of("Retry-After", value)).isEmpty();
    }

    @Test
    void hugeDelaysDoNotOverflow() {
        assertThat(of("Retry-After", "999999999999d")).isPresent();
        assertThat(of("Retry-After", "999999999999999999999999999h")).isPresent();
        assertThat(of("Retry-After", "999999999999")).isPresent();
    }

    @Test
    void millisecondsHavePrecedenceOverSeconds() {
        assertThat(of("retry-after-ms", "1500", "Retry-After", "7")).hasValue(Duration.ofMillis(1500));
        assertThat(of("retry-after-ms", "nonsense", "Retry-After", "7")).hasValue(Duration.ofSeconds(7));
    }

    @Test
    void theHeaderHasPrecedenceOverTheRateLimits() {
        assertThat(of("Retry-After", "7", "x-ratelimit-reset-tokens", "1m")).hasValue(Duration.ofSeconds(7));
    }

    @Test
    void theLatestResetOfUsedUpLimitsCounts() {
        assertThat(of(
                        "x-ratelimit-reset-requests", "10s",
                        "x-ratelimit-remaining-requests", "0",
                        "x-ratelimit-reset-tokens", "20s",
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-images", "1h",
                        "x-ratelimit-remaining-images", "3"))
                .hasValue(Duration.ofSeconds(20));
    }

    @Test
    void anthropicLimitsAreInstants() {
        assertThat(of(
                        "anthropic-ratelimit-requests-reset", "2026-03-01T12:00:20Z",
                        "anthropic-ratelimit-requests-remaining", "0",
                        "anthropic-ratelimit-tokens-reset", "2026-03-01T12:05:00Z",
                        "anthropic-ratelimit-tokens-remaining", "5000"))
                .hasValue(Duration.ofSeconds(20));
    }

    @Test
    void withoutAHeaderThereIsNoDelay() {
        assertThat(of("Content-Type", "text/plain")).isEmpty();
        assertThat(of("x-ratelimit-reset-tokens", "20s", "x-ratelimit-remaining-tokens", "1"))
                .isEmpty();
    }

    @Test
    void headersOfTheIetfDraftsAreRead() {
        assertThat(of("RateLimit-Reset", "30", "RateLimit-Remaining", "0")).hasValue(Duration.ofSeconds(30));
        assertThat(of("RateLimit-Reset", "30", "RateLimit-Remaining", "1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'Rate limit reached. Please try again in 5.289s. Visit …', PT5.289S",
        "'Please try again in 1m30.5s.', PT1M30.5S",
        "'Please try again in 20ms', PT0.02S",
        "'Please try again in 120 ms.', PT0.12S",
        "'Please try again in 1 hour.', PT1H",
        "'Please retry after 30 seconds.', PT30S",
        "'Retry in 2 minutes', PT2M",
        "'Please retry after 24 seconds.', PT24S",
        "'Please retry after 1 second.', PT1S",
        "'Try again in 2 minutes', PT2M",
        "'Please retry in 31.5 s', PT31.5S",
        "'retry after 30', PT30S",
        "'Please retry in 34.074824224s.', PT34.075S",
        "'try again in 1h2m3s', PT1H2M3S",
        "'You have hit your limit. Try again in 5 days.', P5D",
        "'try again in 3 weeks', P21D",
        "'Try again in 3 days 1 hour 5 minutes.', PT73H5M",
        "'Please try again in 2 hours, 5 minutes, and 3 seconds', PT2H5M3S",
        "'retry after 1 day and 12 hours', PT36H",
        "'Please try again in about 1 month', P30D",
        "'Please wait 59 seconds before retrying.', PT59S",
        "'The limit resets in 41 minutes.', PT41M",
        "'Retry after 20. See the documentation.', PT20S",
    })
    void delaysInMessagesAreRead(String message, Duration wait) {
        assertThat(RetryAfter.inText(message)).hasValue(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Please try again later.",
                "try again in a moment",
                "30 seconds",
                "retry after .",
                "try again in 1.2.3",
                "Retry after 2026-03-01T12:00:00Z",
                "Try again in 3 fortnights",
                "Please wait for the 2 other requests",
                "try again in 5 requests"
            })
    void messagesWithoutADelayAreIgnored(String message) {
        assertThat(RetryAfter.inText(message)).isEmpty();
    }
}
