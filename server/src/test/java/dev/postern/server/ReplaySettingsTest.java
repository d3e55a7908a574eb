package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import dev.postern.server.replay.ReplayLimits;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaySettingsTest {
    private static ReplayLimits read(Map<String, Object> section) {
        MapSettings settings = MapSettings.of(section);
        ReplayLimits read = ReplaySettings.of(settings, ReplayLimits.defaults());
        settings.refuseUnknown();
        return read;
    }

    @Test
    void withoutAKeyAllLimitsStay() {
        assertThat(read(Map.of())).isEqualTo(ReplayLimits.defaults());
    }

    @Test
    void eachKeySetsItsLimit() {
        assertThat(read(Map.of("linger", 0, "keep", "2m", "runs", 3, "events", 4, "bytes", "5KiB")))
                .isEqualTo(new ReplayLimits(Duration.ZERO, Duration.ofMinutes(2), 3, 4, 5 << 10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runs", "events", "bytes"})
    void zeroIsRefused(String name) {
        assertThatThrownBy(() -> read(Map.of(name, 0)))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(name);
    }
}
