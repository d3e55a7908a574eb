package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas of records, and the failures of unsupported records. */
class RecordTypeTest {

    @Description("a way to go")
    private record Trip(
            @Description("where it begins") String from,
            int days,
            Unit unit,
            List<Stop> stops,
            Map<String, Double> prices,
            Optional<String> note,
            OptionalInt seats,
            @Nullable LocalDate begins) {}

    private record Stop(String city, @Nullable String why) {}

    private enum Unit {
        @Description("kilometres")
        KM,
        MILES
    }

    @Test
    void aRecordIsAnObjectInTheOrderOfItsComponents() {
        assertThat(Json.text(RecordType.of(Trip.class).schema()))
                .isEqualTo("{\"type\":\"object\",\"description\":\"a way to go\",\"properties\":{"
                        + "\"from\":{\"type\":\"string\",\"description\":\"where it begins\"},"
                        + "\"days\":{\"type\":\"integer\"},"
                        + "\"unit\":{\"type\":\"string\",\"description\":\"KM: kilometres\",\"enum\":[\"KM\",\"MILES\"]},"
                        + "\"stops\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
                        + "\"city\":{\"type\":\"string\"},\"why\":{\"type\":\"string\"}},"
                        + "\"required\":[\"city\"],\"additionalProperties\":false}},"
                        + "\"prices\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"number\"}},"
                        + "\"note\":{\"type\":\"string\"},"
                        + "\"seats\":{\"type\":\"integer\"},"
                        + "\"begins\":{\"type\":\"string\",\"format\":\"date\"}},"
                        + "\"required\":[\"from\",\"days\",\"unit\",\"stops\",\"prices\"],"
                        + "\"additionalProperties\":false}");
    }

    private record Scalars(
            long a,
            short b,
            byte c,
            BigInteger d,
            double e,
            float f,
            BigDecimal g,
            boolean h,
            char i,
            Instant j,
            Duration k,
            UUID l,
            URI m,
            LocalDateTime n,
            Object o,
            Map<String, Object> p,
            int[] q,
            Set<String> r,
            Collection<Integer> s,
            List<?> t,
            List<? extends Number> u,
            LocalTime v,
            OffsetTime w,
            Period x,
            OffsetDateTime y,
            ZonedDateTime z,
            byte[] bytes,
            List<? super Instant> lower) {}

    @Test
    @SuppressWarnings("unchecked")
    void everySupportedTypeHasItsSchema() {
        Map<String, Object> properties =
                (Map<String, Object>) RecordType.of(Scalars.class).schema().get("properties");

        assertThat(properties.values().stream().map(Json::text))
                .containsExactly(
                        "{\"type\":\"integer\"}",
                        "{\"type\":\"integer\",\"description\":\"an integer from -32768 to 32767\"}",
                        "{\"type\":\"integer\",\"description\":\"an integer from -128 to 127\"}",
                        "{\"type\":\"integer\"}",
                        "{\"type\":\"number\"}",
                        "{\"type\":\"number\"}",
                        "{\"type\":\"number\"}",
                        "{\"type\":\"boolean\"}",
                        "{\"type\":\"string\",\"description\":\"one character\"}",
                        "{\"type\":\"string\",\"format\":\"date-time\"}",
                        "{\"type\":\"string\",\"description\":"
                                + "\"a duration in days, hours, minutes and seconds, such as P1DT2H30M\"}",
                        "{\"type\":\"string\",\"format\":\"uuid\"}",
                        "{\"type\":\"string\",\"format\":\"uri\"}",
                        "{\"type\":\"string\",\"description\":"
                                + "\"a date and time without a zone, such as 2026-01-31T12:00:00\"}",
                        "{}",
                        "{\"type\":\"object\"}",
                        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}",
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
                        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}",
                        "{\"type\":\"array\",\"items\":{}}",
                        "{\"type\":\"array\",\"items\":{\"type\":\"number\"}}",
                        "{\"type\":\"string\",\"description\":\"a time of day without a zone, such as 12:00:00\"}",
                        "{\"type\":\"string\",\"format\":\"time\"}",
                        "{\"type\":\"string\",\"description\":\"a period in years, months and days, such as P1Y2M3D\"}",
                        "{\"type\":\"string\",\"format\":\"date-time\"}",
                        "{\"type\":\"string\",\"format\":\"date-time\"}",
                        "{\"type\":\"array\",\"items\":"
                                + "{\"type\":\"integer\",\"description\":\"an integer from -128 to 127\"}}",
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"date-time\"}}");
    }

    private record Opening(
            @Description("when it opens") LocalTime opens,
            @Description("how long") Optional<Duration> length,
            @Description("a letter") char letter,
            @Description("days") List<LocalTime> days) {}

    /** Types without a format have a description, also if the component has its own. */
    @Test
    void aTypeWithoutFormatHasADescription() {
        assertThat(Json.text(RecordType.of(Opening.class).schema().get("properties")))
                .isEqualTo("{\"opens\":{\"type\":\"string\",\"description\":"
                        + "\"when it opens (a time of day without a zone, such as 12:00:00)\"},"
                        + "\"length\":{\"type\":\"string\",\"description\":"
                        + "\"how long (a duration in days, hours, minutes and seconds, such as P1DT2H30M)\"},"
                        + "\"letter\":{\"type\":\"string\",\"description\":\"a letter (one character)\"},"
                        + "\"days\":{\"type\":\"array\",\"description\":\"days\",\"items\":{\"type\":\"string\","
                        + "\"description\":\"a time of day without a zone, such as 12:00:00\"}}}");
    }

    private record Nothing() {}

    @Test
    void aRecordWithoutComponentsHasNoRequiredKeyword() {
        assertThat(Json.text(RecordType.of(Nothing.class).schema()))
                .isEqualTo("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");
        assertThat(RecordType.of(Nothing.class).read(Map.of("invented", 1))).isEqualTo(new Nothing());
    }

    private record Pair<A, B>(A one, B other) {}

    private record Pairs(
            Pair<String, Pair<Integer, List<Boolean>>> pair,
            List<Pair<Double, Double>> more,
            Pair<Long, Long>[] rest) {}

    @Test
    void aGenericRecordWithKnownArgumentsHasASchema() {
        assertThat(Json.text(RecordType.of(Pairs.class).schema()))
                .contains("\"one\":{\"type\":\"string\"}")
                .contains("{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}");

        Pairs read = RecordType.of(Pairs.class)
                .read(Map.of(
                        "pair",
                        Map.of("one", "a", "other", Map.of("one", 1, "other", List.of(true))),
                        "more",
                        List.of(Map.of("one", 1, "other", 2.5)),
                        "rest",
                        List.of(Map.of("one", 1, "other", 2))));
        assertThat(read.pair()).isEqualTo(new Pair<>("a", new Pair<>(1, List.of(true))));
        assertThat(read.more()).containsExactly(new Pair<>(1.0, 2.5));
        assertThat(read.rest()).containsExactly(new Pair<>(1L, 2L));
    }

    private record Node(String name, List<Node> children) {}

    private record Ever<T>(Optional<Ever<List<T>>> larger) {}

    private record EverString(Ever<String> ever) {}

    private record Odd(Thread thread) {}

    private record Inner(List<Optional<String>> values) {}

    private record Keys(Map<Integer, String> map) {}

    private record Concrete(ArrayList<String> list) {}

    private enum None {}

    private record NoConstants(Optional<None> none) {}

    private sealed interface Animal {}

    private record Cat(String name) implements Animal {}

    private record Owner(Animal animal) {}

    @Test
    void anUnsupportedTypeIsReportedWithItsComponent() {
        assertThatThrownBy(() -> RecordType.of(Node.class)).hasMessageContaining("Node contains itself");
        assertThatThrownBy(() -> RecordType.of(EverString.class)).hasMessageContaining("contains itself");
        assertThatThrownBy(() -> RecordType.of(Pair.class))
                .hasMessageContaining("Pair.one: the type argument A is unknown");
        assertThatThrownBy(() -> RecordType.of(Odd.class))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CONFIGURATION))
                .hasMessageStartingWith("Odd.thread: Thread has no JSON form; use ");
        assertThatThrownBy(() -> RecordType.of(Inner.class)).hasMessageContaining("Optional<String> is supported only");
        assertThatThrownBy(() -> RecordType.of(Keys.class)).hasMessageContaining("use Map<String, …>");
        assertThatThrownBy(() -> RecordType.of(Concrete.class)).hasMessageContaining("use List, Set or Map instead");
        assertThatThrownBy(() -> RecordType.of(NoConstants.class))
                .hasMessage("NoConstants.none: the enum None has no constants, so no value is valid.");
        assertThatThrownBy(() -> RecordType.of(Owner.class))
                .hasMessageStartingWith("Owner.animal: Animal has no JSON form");
    }

    private record Measured(@Description("how far is meant") Unit unit, Optional<Unit> other) {}

    @Test
    void theConstantsOfAnEnumAreDescribedWithTheComponent() {
        assertThat(Json.text(RecordType.of(Measured.class).schema()))
                .contains(
                        "\"unit\":{\"type\":\"string\",\"description\":\"how far is meant\\nKM: kilometres\",\"enum\":")
                .contains("\"other\":{\"type\":\"string\",\"description\":\"KM: kilometres\",\"enum\":");
    }

    private record Address(String street) {}

    private record Both(Address from, @Description("home") Address to) {}

    @Test
    void theSameRecordTwiceIsNotARecursion() {
        assertThat(Json.text(RecordType.of(Both.class).schema())).contains("\"description\":\"home\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"properties", "required"})
    void theSchemaCannotBeChanged(String key) {
        assertThatThrownBy(() -> RecordType.of(Trip.class).schema().remove(key))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theMappingOfAClassIsCached() {
        assertThat(RecordType.of(Trip.class))
                .isSameAs(RecordType.of(Trip.class))
                .hasToString("RecordType[Trip]");
    }
}
