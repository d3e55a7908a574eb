package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.Timeouts;
import dev.postern.flow.SharedHttpClient;
import dev.postern.http.RetryPolicy;
import dev.postern.spi.CallSettings;
import dev.postern.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallSettingsTest {
    private static Settings settings(Map<String, ?> values) {
        return MapSettings.of(values);
    }

    @Test
    void keepsTimeoutsThatAreNotSet() {
        Settings settings = settings(Map.of("timeouts", Map.of("connect", "1s", "response_start", "2m", "idle", 3)));

        assertThat(CallSettings.timeouts(settings, Timeouts.defaults().withTotal(Duration.ofHours(1))))
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(3),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(5),
                        Duration.ofHours(1)));
        settings.refuseUnknown();
    }

    @Test
    void readsTheLimitsForTokens() {
        Settings settings = settings(Map.of("timeouts", Map.of("first_token", "20s", "between_tokens", "5s")));

        assertThat(CallSettings.timeouts(settings, Timeouts.defaults()))
                .isEqualTo(Timeouts.defaults()
                        .withFirstToken(Duration.ofSeconds(20))
                        .withBetweenTokens(Duration.ofSeconds(5)));
        settings.refuseUnknown();
    }

    @Test
    void readsTimeoutAsTheTotal() {
        assertThat(CallSettings.timeouts(settings(Map.of("timeout", 60)), Timeouts.defaults())
                        .total())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(CallSettings.timeouts(settings(Map.of("timeouts", Map.of("total", "1m"))), Timeouts.defaults())
                        .total())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void readsRetriesAsANumberOrASection() {
        RetryPolicy absent = RetryPolicy.defaults();

        assertThat(CallSettings.retries(settings(Map.of()), absent)).isEmpty();
        assertThat(CallSettings.retries(settings(Map.of("retries", "5")), absent))
                .contains(absent.withMaxAttempts(5));
        assertThat(CallSettings.retries(
                        settings(Map.of(
                                "retries",
                                Map.of("max_attempts", 2, "base_delay", 1, "max_delay", 2, "max_retry_after", 3))),
                        absent))
                .contains(new RetryPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3)));
    }

    @Test
    void refusesInvalidHeadersWithoutTheirValue() {
        assertThat(CallSettings.headers(settings(Map.of("headers", Map.of("X-A", "b")))))
                .containsExactly(Map.entry("X-A", "b"));
        for (Map<String, String> wrong : List.of(Map.of("X A", "v"), Map.of("X-A", "v\nw"), Map.of("Host", "v"))) {
            assertThatThrownBy(() -> CallSettings.headers(settings(Map.of("headers", wrong))))
                    .hasMessageStartingWith(
                            "headers." + wrong.keySet().iterator().next() + ": cannot be sent")
                    .hasNoCause();
        }
    }

    @Test
    void usesAnOwnClientForAConnectTimeout() {
        try (SharedHttpClient client = new SharedHttpClient(Timeouts.defaults().connect())) {
            assertThat(CallSettings.sharedClient(settings(Map.of()), client::get))
                    .contains(client.get());
            assertThat(CallSettings.sharedClient(settings(Map.of("timeouts", Map.of("connect", "1s"))), client::get))
                    .isEmpty();
        }
    }
}
