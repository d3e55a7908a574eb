package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepeatedHeadersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void headersInABodyAreReadInAnyCase() {
        assertThat(RepeatedHeaders.delay(
                        Map.of("X-RateLimit-Reset", "1772366490000", "X-RateLimit-Remaining", "0"), NOW))
                .hasValue(Duration.ofSeconds(90));
        assertThat(RepeatedHeaders.delay(Map.of("Retry-After", "12", "retry-after", "12", " ", "x"), NOW))
                .hasValue(Duration.ofSeconds(12));
    }

    /** They come from a body, so their names may be anything. */
    @Test
    void headersWithUnusualNamesAreRead() {
        Map<String, String> headers = new HashMap<>();
        headers.put("", "1");
        headers.put("\u0000", "1");
        headers.put("Retry-After", "20");
        headers.put("retry-after ", "20");

        assertThat(RepeatedHeaders.delay(headers, NOW)).contains(Duration.ofSeconds(20));
    }
}
