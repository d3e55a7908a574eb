package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.postern.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonValuesTest {

    static Stream<Arguments> copies() {
        return Stream.of(
                arguments("text", "text"),
                arguments(null, null),
                arguments(true, true),
                arguments(1, 1),
                arguments(2L, 2L),
                arguments((short) 3, (short) 3),
                arguments((byte) 4, (byte) 4),
                arguments(0.5, 0.5),
                arguments(0.7f, 0.7f),
                arguments(new BigInteger("9".repeat(30)), new BigInteger("9".repeat(30))),
                arguments(new BigDecimal("1E+400"), new BigDecimal("1E+400")),
                arguments(new StringBuilder("builder"), "builder"),
                arguments(Role.USER, "USER"),
                arguments(Arrays.asList(1, null, "a"), Arrays.asList(1, null, "a")),
                arguments(new Object[] {1, null, "a"}, Arrays.asList(1, null, "a")),
                arguments(new LinkedHashSet<>(List.of("b", "a")), List.of("b", "a")),
                arguments(Collections.singletonMap("a", null), Collections.singletonMap("a", null)),
                arguments(new HashMap<>(), Map.of()),
                arguments(new ArrayList<>(), List.of()));
    }

    @ParameterizedTest
    @MethodSource("copies")
    void copiesJsonValues(Object value, Object copy) {
        assertThat(JsonValues.copyOf("extra", Collections.singletonMap("key", value)))
                .isEqualTo(Collections.singletonMap("key", copy));
    }

    static Stream<Arguments> refusals() {
        String advice = " is not a JSON value; use String, Number, Boolean, List or Map";
        return Stream.of(
                arguments(Map.of("a", Double.NaN), "extra.a: NaN is not a JSON number"),
                arguments(Map.of("a", Double.NEGATIVE_INFINITY), "extra.a: -Infinity is not a JSON number"),
                arguments(Map.of("a", Float.POSITIVE_INFINITY), "extra.a: Infinity is not a JSON number"),
                arguments(Map.of("a", new int[0]), "extra.a: [I" + advice),
                arguments(Map.of("a", Optional.empty()), "extra.a: java.util.Optional" + advice),
                arguments(Map.of("a", 'c'), "extra.a: java.lang.Character" + advice),
                arguments(
                        Map.of("a", new AtomicInteger()),
                        "extra.a: java.util.concurrent.atomic.AtomicInteger" + advice),
                arguments(
                        Map.of("a", List.of(0, Map.of("b", new Object[] {Double.NaN}))),
                        "extra.a[1].b[0]: NaN is not a JSON number"),
                arguments(Map.of("a", Map.of(1, 2)), "extra.a: a JSON object needs String keys, not java.lang.Integer"),
                arguments(
                        Map.of("a", Collections.singletonMap(null, 2)),
                        "extra.a: a JSON object needs String keys, not null"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusals")
    void refusesOtherValuesAndNamesThePath(Map<String, ?> values, String message) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JsonValues.copyOf("extra", values))
                .withMessage(message)
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST));
    }

    @Test
    void keepsTheOrder() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("z", 1);
        values.put("a", Map.of());
        values.put("m", 3);

        assertThat(JsonValues.copyOf("extra", values).keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void copiesDeeplyAndImmutably() {
        List<Object> list = new ArrayList<>(List.of(1));
        Map<String, Object> inner = new HashMap<>(Map.of("list", list));
        Object[] array = {inner};
        Map<String, Object> copy = JsonValues.copyOf("extra", Map.of("array", array));
        list.add(2);
        inner.put("more", 3);
        array[0] = "gone";

        assertThat(copy).isEqualTo(Map.of("array", List.of(Map.of("list", List.of(1)))));
        List<?> outer = (List<?>) copy.get("array");
        assertThatThrownBy(copy::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(outer::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(((Map<?, ?>) outer.get(0))::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void acceptsTwoHundredLevels() {
        assertThat(JsonValues.copyOf("extra", Map.of("a", nested(199)))).containsKey("a");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JsonValues.copyOf("extra", Map.of("a", nested(200))))
                .withMessageEndingWith(": nested deeper than 200 levels");
    }

    @Test
    void acceptsEveryValueThatTheReaderReturns() {
        String deepest = "{\"a\":" + "[".repeat(199) + "1e400" + "]".repeat(199) + "}";

        assertThat(JsonValues.copyOf("extra", asFields(Json.parse(deepest)))).containsKey("a");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asFields(Object object) {
        return (Map<String, Object>) object;
    }

    @Test
    void refusesAValueThatContainsItself() {
        Map<String, Object> self = new HashMap<>();
        self.put("self", self);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JsonValues.copyOf("extra", self))
                .withMessageEndingWith(": nested deeper than 200 levels");
    }

    /** The same list twice in a list, and that twice, and so on: a few objects that would become 2 to the power of 150. */
    @Test
    void refusesSharedListsThatGrowExponentially() {
        Object value = List.of();
        for (int i = 0; i < 150; i++) {
            value = List.of(value, value);
        }
        Map<String, Object> map = Map.of("a", value);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JsonValues.copyOf("extra", map))
                .withMessageMatching("extra\\.a\\[.*: more than 5000000 values");
    }

    @Test
    void shortensALongPath() {
        Object value = Double.NaN;
        for (int i = 0; i < 150; i++) {
            value = Map.of("name".repeat(1000), value);
        }
        Map<String, Object> map = Map.of("a", value);

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> JsonValues.copyOf("extra", map))
                .withMessageStartingWith("extra.a.namename")
                .withMessageEndingWith("name….namename" + "name".repeat(13) + "…: NaN is not a JSON number")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(500));
    }

    /** So many lists around a number. */
    private static Object nested(int lists) {
        Object value = 1;
        for (int i = 0; i < lists; i++) {
            value = List.of(value);
        }
        return value;
    }
}
