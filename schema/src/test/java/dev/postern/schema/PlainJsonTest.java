package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The conversion of Java values to JSON values. */
class PlainJsonTest {

    private record Pair<A, B>(A one, B other) {}

    private record Failing(String x) {
        public String x() {
            throw new IllegalStateException("no x");
        }
    }

    @Test
    void recordsBecomeObjectsInOrderWithoutAbsentComponents() {
        assertThat(Json.text(PlainJson.of(List.of(
                        new Pair<>(LocalDate.of(2026, 1, 31), TimeUnit.DAYS),
                        new Pair<>(Optional.empty(), new Pair<>(OptionalInt.of(3), null)),
                        new Pair<>(new int[] {1, 2}, new String[] {"a"})))))
                .isEqualTo("[{\"one\":\"2026-01-31\",\"other\":\"DAYS\"},{\"other\":{\"one\":3}},"
                        + "{\"one\":[1,2],\"other\":[\"a\"]}]");
    }

    @Test
    void scalarsAreKeptOrBecomeText() {
        assertThat(PlainJson.of(null)).isNull();
        assertThat(PlainJson.of(1.5f)).isEqualTo(1.5f);
        assertThat(PlainJson.of('x')).isEqualTo("x");
        assertThat(PlainJson.of(Duration.ofMinutes(90))).isEqualTo("PT1H30M");
        assertThat(PlainJson.of(Optional.of(new StringBuilder("s")))).isEqualTo("s");
        assertThat(PlainJson.of(Arrays.asList(1, null))).isEqualTo(Arrays.asList(1, null));
    }

    @Test
    void mapsWithoutADefinedOrderAreSorted() {
        Map<String, Integer> hashed = new HashMap<>();
        Map<Object, Integer> linked = new LinkedHashMap<>();
        for (String name : List.of("zeta", "alpha", "my", "beta")) {
            hashed.put(name, 1);
            linked.put(name, 1);
        }
        linked.put(TimeUnit.DAYS, 2);
        linked.put(7, 3);

        assertThat(Json.text(PlainJson.of(hashed))).isEqualTo("{\"alpha\":1,\"beta\":1,\"my\":1,\"zeta\":1}");
        assertThat(Json.text(PlainJson.of(linked)))
                .isEqualTo("{\"zeta\":1,\"alpha\":1,\"my\":1,\"beta\":1,\"DAYS\":2,\"7\":3}");
    }

    @Test
    void aValueWithoutJsonFormIsReportedWithItsPath() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);

        assertThatThrownBy(() -> PlainJson.of(new Pair<>("a", List.of(new Pair<>(1, Thread.currentThread())))))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST))
                .hasMessage("other[0].other: a java.lang.Thread is not a JSON value.");
        assertThatThrownBy(() -> PlainJson.of(Map.of("x", Double.NaN))).hasMessage("x: NaN is not a JSON number.");
        assertThatThrownBy(() -> PlainJson.of(Map.of(new Pair<>(1, 2), 1))).hasMessageContaining("a key must be text");
        assertThatThrownBy(() -> PlainJson.of(loop)).hasMessageContaining("nested deeper than 200 levels");
        assertThatThrownBy(() -> PlainJson.of(new Failing("x")))
                .hasMessage("x: its accessor failed with java.lang.IllegalStateException.");
    }
}
