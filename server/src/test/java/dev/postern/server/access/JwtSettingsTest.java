package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.config.MapSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JwtSettingsTest {
    private static final Map<String, Object> LEAST =
            Map.of("issuer", "https://a.example", "audience", "x", "jwks_url", "https://a.example/jwks.json");

    @Test
    void defaultsAreSafe() {
        JwtSettings settings = JwtSettings.of(MapSettings.of(LEAST), false);

        assertThat(settings.algorithms()).containsExactlyInAnyOrder("RS256", "ES256", "EdDSA");
        assertThat(settings.adminRole()).isEmpty();
        assertThat(settings.nameClaim()).isEqualTo("sub");
        assertThat(settings.valid()).isEqualTo(Duration.ofHours(12));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "issuer | '' | issuer: is missing",
                "audience | '' | audience: is missing",
                "jwks_url | '' | jwks_url: is missing; set either jwks_url or jwks_file",
                "jwks_file | keys.json | set either jwks_url or jwks_file",
                "jwks_url | http://a.example/jwks.json | jwks_url: must be an https address",
                "jwks_url | file:///etc/passwd | jwks_url: must be an https address",
                "jwks_url | http://localhost.a.example/ | jwks_url: must be an https address",
                "algorithms | HS256 | algorithms: is not a known name. Did you mean",
                "algorithms | none | algorithms: is not a known name",
                "jwks_valid | 1m | jwks_valid: must be at least 5m",
            })
    void invalidSettingsNameTheirPlace(String key, String value, String message) {
        Map<String, Object> settings = new HashMap<>(LEAST);
        settings.put(key, value);

        assertThatThrownBy(() -> JwtSettings.of(MapSettings.of(settings), false))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining(message);
    }

    @Test
    void keysOfThisMachineNeedNoTls() {
        Map<String, Object> settings = new HashMap<>(LEAST);
        settings.put("jwks_url", "http://127.0.0.1:8080/jwks.json");

        assertThat(JwtSettings.of(MapSettings.of(settings), false).url()).isPresent();
    }
}
