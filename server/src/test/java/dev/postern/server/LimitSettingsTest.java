package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import dev.postern.server.http.AddressRanges;
import dev.postern.server.http.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitSettingsTest {
    private static Limits read(Map<String, Object> limits) {
        MapSettings section = MapSettings.of(limits);
        Limits read = LimitSettings.of(section, Limits.defaults(), AddressRanges.NONE);
        section.refuseUnknown();
        return read;
    }

    @Test
    void withoutAKeyAllLimitsStay() {
        assertThat(read(Map.of())).isEqualTo(Limits.defaults());
    }

    static Stream<Arguments> eachKey() {
        return Stream.of(
                key("requests", 7, Limits::maxRequests, 7),
                key("body", "2MiB", Limits::maxBodyBytes, 2L << 20),
                key("body_values", 8, Limits::maxBodyValues, 8),
                key("body_memory", "64MiB", Limits::maxMemory, 64L << 20),
                key("body_time", "1s", Limits::bodyTime, Duration.ofSeconds(1)),
                key("write_time", "2s", Limits::writeTime, Duration.ofSeconds(2)),
                key("first_event", "3s", Limits::firstSilence, Duration.ofSeconds(3)),
                key("keep_alive", "4s", Limits::keepAlive, Duration.ofSeconds(4)),
                key("health", "6s", Limits::health, Duration.ofSeconds(6)),
                key("connections", 9, limits -> limits.connections().all(), 9),
                key("connections_per_client", 3, limits -> limits.connections().perClient(), 3),
                key("head_time", "7s", limits -> limits.connections().headTime(), Duration.ofSeconds(7)),
                key("idle_time", "8s", limits -> limits.connections().idleTime(), Duration.ofSeconds(8)));
    }

    private static Arguments key(String name, Object value, Function<Limits, Object> limit, Object expected) {
        return Arguments.of(name, value, limit, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("eachKey")
    void aKeySetsItsLimit(String name, Object value, Function<Limits, Object> limit, Object expected) {
        assertThat(limit.apply(read(Map.of(name, value)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "body", "body_memory", "connections", "head_time", "write_time", "keep_alive"})
    void zeroIsRefused(String name) {
        assertThatThrownBy(() -> read(Map.of(name, 0)))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(name);
    }
}
