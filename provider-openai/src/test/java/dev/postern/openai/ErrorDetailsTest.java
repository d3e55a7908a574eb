package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorDetailsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Optional<Duration> delay(Map<String, ?> headers) {
        String body = Json.text(Map.of("error", Map.of("metadata", Map.of("headers", headers))));
        return ErrorDetails.of(body.getBytes(StandardCharsets.UTF_8), NOW).delay();
    }

    @Test
    void headersInABodyAreReadInAnyCase() {
        assertThat(delay(Map.of("X-RateLimit-Reset", "1772366490000", "X-RateLimit-Remaining", "0")))
                .hasValue(Duration.ofSeconds(90));
        assertThat(delay(Map.of("Retry-After", "12", "retry-after", "12", " ", "x")))
                .hasValue(Duration.ofSeconds(12));
    }

    @Test
    void headersInABodyMayBeNumbersAndLists() {
        assertThat(delay(Map.of("Retry-After", 12))).hasValue(Duration.ofSeconds(12));
        assertThat(delay(Map.of("Retry-After", List.of("13", "14")))).hasValue(Duration.ofSeconds(13));
        assertThat(delay(Map.of("Retry-After", List.of()))).isEmpty();
    }

    /** They come from a body, so their names may be anything. */
    @Test
    void headersWithUnusualNamesAreRead() {
        Map<String, String> headers = new HashMap<>();
        headers.put("", "1");
        headers.put("\u0000", "1");
        headers.put("Retry-After", "20");
        headers.put("retry-after ", "20");

        assertThat(delay(headers)).contains(Duration.ofSeconds(20));
    }
}
