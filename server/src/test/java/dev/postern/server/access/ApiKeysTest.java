package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.config.MapSettings;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private static ApiKeys keys(Map<String, Object> more) {
        Map<String, Object> entry = new java.util.HashMap<>(more);
        entry.put("name", "ann");
        entry.putIfAbsent("sha256", Keys.hash());
        return new ApiKeys(ApiKeysReader.read(MapSettings.of(Map.of("id01", entry)), false));
    }

    @Test
    void aKeyHasItsCaller() {
        Caller caller = keys(Map.of("tenant", "acme", "admin", true, "models", "gpt-*"))
                .find(Keys.key("id01"), NOW)
                .orElseThrow();

        assertThat(caller.name()).isEqualTo("ann");
        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.admin()).isTrue();
        assertThat(caller.trusted()).isFalse();
        assertThat(caller.models().allow("gpt-5")).isTrue();
        assertThat(caller.models().allow("claude")).isFalse();
        assertThat(caller.limits()).isEqualTo(CallerLimits.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "postern_id01_0123456789012345678901234567890123456789012",
                "postern_id02_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-",
                "postern_id01_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_",
                "postern_id01_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-x",
                "postern_ID01_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-",
                "other_id01_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-",
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-"
            })
    void anotherTextIsNoKey(String text) {
        assertThat(keys(Map.of()).find(text, NOW)).isEmpty();
        assertThat(ApiKeys.NONE.find(text, NOW)).isEmpty();
    }

    @Test
    void aKeyExpires() {
        ApiKeys keys = keys(Map.of("expires", "2026-10-31"));

        assertThat(keys.find(Keys.key("id01"), Instant.parse("2026-10-31T23:59:59Z")))
                .isPresent();
        assertThat(keys.find(Keys.key("id01"), Instant.parse("2026-11-01T00:00:00Z")))
                .isEmpty();
    }

    @Test
    void thePreviousSecretWorksForAWhile() {
        ApiKeys keys = keys(Map.of(
                "sha256",
                SecretHash.of(Keys.OTHER_SECRET).hex(),
                "previous",
                Map.of("sha256", Keys.hash(), "until", "2026-11-01T12:00:00Z")));

        assertThat(keys.find(Keys.key("id01"), NOW.minusSeconds(1))).isPresent();
        assertThat(keys.find(Keys.key("id01"), NOW)).isEmpty();
        assertThat(keys.find(KeyText.of("id01", Keys.OTHER_SECRET), NOW)).isPresent();
    }

    @Test
    void theUnknownKeyIsNobodys() {
        // a key that is not declared is compared with a hash that no secret is known for, and refused in any case
        assertThat(new ApiKeys(Map.of()).find(Keys.key("id01"), NOW)).isEmpty();
    }
}
