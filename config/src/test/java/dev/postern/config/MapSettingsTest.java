package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MapSettingsTest {

    private static Settings one(Object value) {
        Map<String, Object> values = new HashMap<>();
        values.put("key", value);
        return MapSettings.of(values);
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "30s, 30000",
        "5m, 300000",
        "1h, 3600000",
        "7, 7000",
        "0.5, 500",
        "1.5s, 1500",
        "0, 0",
        "' 30 s ', 30000",
        "+2s, 2000",
        "0.0001s, 0"
    })
    void readsDurationsWithAUnitOrInSeconds(String text, long millis) {
        assertThat(one(text).duration("key", Duration.ofDays(9)).toMillis()).isEqualTo(millis);
    }

    @Test
    void readsDurationsFromNumbers() {
        assertThat(one(90L).duration("key", Duration.ZERO)).isEqualTo(Duration.ofSeconds(90));
        assertThat(one(new BigDecimal("2.5")).duration("key", Duration.ZERO)).isEqualTo(Duration.ofMillis(2500));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"soon", "5 apples", "1d", "30S", "1h30m", "s", "1e3s", "PT5S", "9999999999999999h", "NaN", "0x1F"
            })
    void refusesAnInvalidDurationWithoutItsValue(String text) {
        assertThatThrownBy(() -> one(text).duration("key", Duration.ZERO))
                .isInstanceOf(LlmException.class)
                .hasMessage("key: must be a duration such as 30s, but is other text");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "64k, 65536",
        "64K, 65536",
        "64kb, 65536",
        "64 KiB, 65536",
        "16MiB, 16777216",
        "16m, 16777216",
        "1g, 1073741824",
        "0.5k, 512",
        "100b, 100",
        "100 B, 100"
    })
    void readsSizesWithAUnitOrInBytes(String text, int bytes) {
        assertThat(one(text).size("key", 5)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            16 apples | must be a size such as 16MiB, but is other text
            MiB       | must be a size such as 16MiB, but is other text
            1ib       | must be a size such as 16MiB, but is other text
            0         | must be at least 1
            -1k       | must be at least 1
            2g        | must be at most 2147483647
            """)
    void refusesAnInvalidSize(String text, String sentence) {
        assertThatThrownBy(() -> one(text).size("key", 5)).hasMessage("key: " + sentence);
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "' 8 ', 8", "+8, 8", "8.0, 8", "8e2, 800", "0123, 123"})
    void readsANumberFromText(String text, int number) {
        assertThat(one(text).integer("key", 0, 0)).isEqualTo(number);
        assertThat(one(text).longInteger("key", 0, 0)).isEqualTo(number);
        assertThat(one(text).number("key", 0)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.5", "many", "1_000", "0x10", "1e999999999", "11111111111111111111111111111111111111111111"})
    void refusesAnInvalidWholeNumber(String text) {
        assertThatThrownBy(() -> one(text).integer("key", 0, 0))
                .hasMessage("key: must be a whole number, but is other text");
    }

    @Test
    void checksTheBoundsOfNumbers() {
        assertThatThrownBy(() -> one(-1).integer("key", 0, 0)).hasMessage("key: must not be negative");
        assertThatThrownBy(() -> one(2).integer("key", 5, 3)).hasMessage("key: must be at least 3");
        assertThatThrownBy(() -> one(1L << 31).integer("key", 0, 0)).hasMessage("key: must be at most 2147483647");
        assertThat(one(1L << 31).longInteger("key", 0, 0)).isEqualTo(1L << 31);
        assertThat(one(-3).integer("key", 0, -5)).isEqualTo(-3);
    }

    @Test
    void readsBooleans() {
        assertThat(one(true).bool("key", false)).isTrue();
        assertThat(one("False").bool("key", true)).isFalse();
        assertThatThrownBy(() -> one("yes").bool("key", true))
                .hasMessage("key: must be true or false, but is other text");
        assertThatThrownBy(() -> one(1).bool("key", true))
                .hasMessage("key: must be true or false, but is another number");
    }

    @ParameterizedTest
    @ValueSource(strings = "")
    void usesTheDefaultForAbsentNullAndEmptyValues(String empty) {
        for (Settings settings : List.of(one(null), one(empty), MapSettings.of(Map.of()))) {
            assertThat(settings.has("key")).isFalse();
            assertThat(settings.text("key", "x")).isEqualTo("x");
            assertThat(settings.secret("key")).isEmpty();
            assertThat(settings.integer("key", 4, 0)).isEqualTo(4);
            assertThat(settings.number("key", 4.5)).isEqualTo(4.5);
            assertThat(settings.bool("key", true)).isTrue();
            assertThat(settings.duration("key", Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
            assertThat(settings.size("key", 9)).isEqualTo(9);
            assertThat(settings.texts("key")).isEmpty();
            assertThat(settings.textMap("key")).isEmpty();
            assertThat(settings.section("key").keys()).isEmpty();
            assertThat(settings.oneOf("key", List.of("a"), "b")).isEqualTo("b");
            assertThatThrownBy(() -> settings.required("key")).hasMessage("key: is missing");
            assertThatThrownBy(() -> settings.requiredSection("key")).hasMessage("key: is missing");
        }
    }

    @Test
    void readsTextsAndNumbersAsTexts() {
        assertThat(one(1L).text("key", "")).isEqualTo("1");
        assertThat(one(new BigDecimal("1.10")).text("key", "")).isEqualTo("1.10");
        assertThat(one(List.of("a", 2)).texts("key")).containsExactly("a", "2");
        assertThat(one("a").texts("key")).containsExactly("a");
        assertThat(one(Map.of("a", 1)).textMap("key")).containsExactly(Map.entry("a", "1"));
        assertThatThrownBy(() -> one(List.of("a")).text("key", "")).hasMessage("key: must be text, but is a list");
        assertThatThrownBy(() -> one(Arrays.asList("a", null)).texts("key"))
                .hasMessage("key[1]: must be text, but is nothing");
        assertThatThrownBy(() -> one(Map.of("a", List.of())).textMap("key"))
                .hasMessage("key.a: must be text, but is a list");
        assertThatThrownBy(() -> one(true).text("key", ""))
                .hasMessage("key: must be text, in quotes, but is true or false");
    }

    @Test
    void acceptsKnownNamesOnly() {
        List<String> known = List.of("main", "spare");

        assertThat(one("main").oneOf("key", known, "")).isEqualTo("main");
        assertThat(one(List.of("spare", "main")).manyOf("key", known)).containsExactly("spare", "main");
        assertThatThrownBy(() -> one("mian").oneOf("key", known, ""))
                .hasMessage("key: is not a known name. Did you mean 'main'?");
        assertThatThrownBy(() -> one(List.of("main", "sk-secret")).manyOf("key", known))
                .hasMessage("key[1]: is not a known name. Known are main, spare.");
        assertThatThrownBy(() -> one("x").manyOf("key", List.of())).hasMessage("key: is not a known name.");
    }

    @Test
    void refusesKeysThatWereNotReadAtEachLevel() {
        Settings settings = MapSettings.of(Map.of("known", Map.of("inner", 1, "other", 2)));
        settings.section("known").integer("inner", 0, 0);
        settings.text("also", "");

        assertThatThrownBy(settings::refuseUnknown).hasMessage("known.other: is not a known key. Known are inner.");

        settings.section("known").has("other");
        settings.refuseUnknown();
        assertThatThrownBy(() -> MapSettings.of(Map.of("x", 1)).refuseUnknown()).hasMessage("x: is not a known key.");
    }

    @Test
    void suggestsTheNearestKeyForAMissingOne() {
        assertThatThrownBy(() -> MapSettings.of(Map.of("bas_url", "x")).required("base_url"))
                .hasMessage("bas_url: is not a known key. Did you mean 'base_url'?");
    }

    @Test
    void beginsErrorsWithPlaceAndPath() {
        Settings settings = MapSettings.of(
                Map.of("inner", Map.of("list", List.of(1, 2))),
                "a.b",
                path -> path.endsWith("[1]") ? "file:7" : "file");

        assertThat(settings.path()).isEqualTo("a.b");
        assertThat(settings.section("inner").path()).isEqualTo("a.b.inner");
        assertThat(settings.section("inner").error("list[1]", "is wrong"))
                .hasMessage("file:7: a.b.inner.list[1]: is wrong");
        assertThat(settings.error("", "is wrong")).hasMessage("file: a.b: is wrong");
        assertThat(MapSettings.of(Map.of()).error("", "is wrong")).hasMessage("is wrong");
    }

    @Test
    void shortensKeysInErrorsAndReplacesControlCharacters() {
        assertThat(MapSettings.of(Map.of()).error("sk-" + "x".repeat(60), "is wrong"))
                .hasMessage("sk-xxxxx…: is wrong");
        assertThat(MapSettings.of(Map.of()).error("a\nb", "is wrong")).hasMessage("a?b: is wrong");
    }

    @Test
    void removesValuesFromForeignTexts() {
        Settings settings = MapSettings.of(Map.of("a", "secret-1", "b", Map.of("c", List.of("secret-123", "abc"))));

        assertThat(settings.withoutValues("abc: 'secret-123' and secret-1")).isEqualTo("abc: '…' and …");
    }

    @Test
    void showsNoValueInToString() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("api_key", "sk-secret");
        values.put("more", Map.of("deep", "sk-secret"));

        assertThat(MapSettings.of(values)).hasToString("Settings[api_key, more]");
        assertThat(MapSettings.of(values, "a.b", path -> "")).hasToString("Settings a.b[api_key, more]");
    }

    @Test
    void isNotChangedByTheCallersMap() {
        Map<String, Object> values = new HashMap<>(Map.of("key", "a"));
        Settings settings = MapSettings.of(values);
        values.put("key", "b");

        assertThat(settings.text("key", "")).isEqualTo("a");
        assertThat(settings.keys()).isEqualTo(Collections.singleton("key"));
    }
}
