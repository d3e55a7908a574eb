package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record reads all values that its schema allows, and a written record reads as an equal one. */
class RecordSchemaContractTest {

    private record Moments(Instant a, OffsetDateTime b, ZonedDateTime c) {}

    private record ATime(LocalTime x) {}

    private record AnOffsetTime(OffsetTime x) {}

    private record ALocal(LocalDateTime x) {}

    private record ADuration(Duration x) {}

    private record APeriod(Period x) {}

    private static <T extends Record> T read(Class<T> type, Object value) {
        return RecordType.of(type).read(Map.of("x", value));
    }

    /** The forms of RFC 3339, which defines the format date-time, and common forms of models. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123456789123Z, 2026-01-31T12:00:00.123456789Z",
        "2026-01-31T12:00:00+02:00, 2026-01-31T10:00:00Z",
        "2026-01-31T12:00:00-00:00, 2026-01-31T12:00:00Z",
        "1998-12-31T23:59:60Z, 1998-12-31T23:59:59Z",
        "1998-12-31T15:59:60.5-08:00, 1998-12-31T23:59:59.5Z",
        "2026-01-31 12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00Z, 2026-01-31T12:00:00Z",
    })
    void aZonedTimeIsReadInAllForms(String written, Instant meant) {
        Moments read = RecordType.of(Moments.class).read(Map.of("a", written, "b", written, "c", written));

        assertThat(read.a()).isEqualTo(meant);
        assertThat(read.b().toInstant()).isEqualTo(meant);
        assertThat(read.c().toInstant()).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59.999999999Z"})
    void anInstantInAnyYearIsRead(String written) {
        record AnInstant(Instant x) {}

        assertThat(read(AnInstant.class, written).x()).hasToString(written);
    }

    /** The reader would have to drop the zone, which can change the meaning. */
    @Test
    void timesWithoutAZoneHaveNoFormatThatRequiresOne() {
        assertThat(read(ATime.class, "12:30").x()).isEqualTo(LocalTime.of(12, 30));
        assertThat(read(ATime.class, "12:30:15.25").x()).isEqualTo("12:30:15.25");
        assertThat(read(AnOffsetTime.class, "08:30:06Z").x()).isEqualTo("08:30:06Z");
        assertThat(read(AnOffsetTime.class, "23:59:60+00:00").x()).isEqualTo("23:59:59Z");
        assertThat(read(ALocal.class, "2026-01-31 12:00").x()).isEqualTo("2026-01-31T12:00");
        assertThatThrownBy(() -> read(ATime.class, "12:30:00Z"))
                .hasMessage("x: must be a time of day without a zone, such as 12:00:00, but is \"12:30:00Z\"");
        assertThatThrownBy(() -> read(ALocal.class, "2026-01-31T12:00:00Z"))
                .hasMessageContaining("must be a date and time without a zone");
        for (String wrong : List.of("12:00:60Z", "23:59:60+01:00", "12:00:00+01:60", "24:00:01Z")) {
            assertThatThrownBy(() -> read(AnOffsetTime.class, wrong)).hasMessageContaining(wrong);
        }
        assertThatThrownBy(() -> read(AnOffsetTime.class, "12:30:00")).hasMessageContaining("with its offset");
    }

    @Test
    void durationsAndPeriodsDescribeTheirForm() {
        assertThat(read(ADuration.class, "PT1H30M").x()).isEqualTo(Duration.ofMinutes(90));
        assertThat(read(ADuration.class, "P2W").x()).isEqualTo(Duration.ofDays(14));
        assertThat(read(ADuration.class, "-p1w").x()).isEqualTo(Duration.ofDays(-7));
        assertThat(read(ADuration.class, "P1DT2H").x()).isEqualTo(Duration.ofHours(26));
        assertThat(read(APeriod.class, "P1Y2M3D").x()).isEqualTo(Period.of(1, 2, 3));
        assertThat(read(APeriod.class, "P2W").x()).isEqualTo(Period.ofDays(14));
        assertThatThrownBy(() -> read(ADuration.class, "P1M"))
                .hasMessage(
                        "x: must be a duration in days, hours, minutes and seconds, such as P1DT2H30M, but is \"P1M\"");
        assertThatThrownBy(() -> read(ADuration.class, "P99999999999W")).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> read(APeriod.class, "P1DT2H")).hasMessageContaining("years, months and days");
    }

    private record Odd(
            @Nullable Object any,
            Object value,
            List<? super Instant> lower,
            Optional<List<Optional2<String>>> nested,
            DayOfWeek day,
            Map<String, Map<String, int[]>> maps,
            char letter,
            byte[] bytes,
            ZonedDateTime zoned) {}

    private record Optional2<T>(Optional<T> value) {}

    @Test
    void unusualRecordsAreEqualAfterARoundTrip() {
        Odd odd = new Odd(
                null,
                Arrays.asList(1, null),
                List.of(Instant.parse("2026-01-31T12:00:00Z")),
                Optional.of(List.of(new Optional2<>(Optional.of("a")), new Optional2<>(Optional.empty()))),
                DayOfWeek.MONDAY,
                Map.of("a", Map.of("b", new int[] {1})),
                'x',
                new byte[] {-128, 127},
                ZonedDateTime.parse("2026-01-31T12:00:00+01:00[Europe/Paris]"));
        RecordType<Odd> type = RecordType.of(Odd.class);
        Map<String, Object> written = type.write(odd);
        Odd read = type.read(over(written));

        assertThat(read).usingRecursiveComparison().isEqualTo(odd);
        assertThat(read.lower()).isEqualTo(odd.lower());
        assertThat(read.zoned()).isEqualTo(odd.zoned());
        assertThat(SchemaValidator.of(type.schema()).problems(over(written))).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> over(Map<String, Object> written) {
        return (Map<String, Object>) Json.parse(Json.text(written));
    }

    private record Anything(Object x) {}

    private record Perhaps(@Nullable Object x) {}

    /** In a component of type Object, null is a value. */
    @Test
    void nullIsAValueOfAnObjectComponent() {
        Map<String, Object> written = RecordType.of(Anything.class).write(new Anything(null));

        assertThat(Json.text(written)).isEqualTo("{\"x\":null}");
        assertThat(RecordType.of(Anything.class).read(written)).isEqualTo(new Anything(null));
        assertThat(RecordType.of(Perhaps.class).write(new Perhaps(null))).isEmpty();
    }

    private record Marked(
            @Nullable Integer boxed, @Marker.Nullable int plain) {}

    private static final class Marker {
        @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
        private @interface Nullable {}
    }

    /** Otherwise the constructor would get null for a primitive. */
    @Test
    void aPrimitiveWithNullableIsRequired() {
        RecordType<Marked> type = RecordType.of(Marked.class);

        assertThat(type.schema()).containsEntry("required", List.of("plain"));
        assertThat(type.read(Map.of("plain", 1))).isEqualTo(new Marked(null, 1));
        assertThatThrownBy(() -> type.read(Map.of())).hasMessage("plain: is missing");
    }

    private record Amount(BigDecimal x, double y) {}

    @Test
    void allDigitsAreKept() {
        Amount amount = new Amount(new BigDecimal("19.90"), -0.0);

        assertThat(RecordType.of(Amount.class)
                        .read(over(RecordType.of(Amount.class).write(amount))))
                .isEqualTo(amount);
    }

    @Test
    void setsAreWrittenInAStableOrder() {
        Set<Object> mixed = new HashSet<>(List.of("b", 2, "a", List.of(1)));

        assertThat(Json.text(PlainJson.of(Set.of("b", "a")))).isEqualTo("[\"a\",\"b\"]");
        assertThat(Json.text(PlainJson.of(Set.of(10, 9, 1)))).isEqualTo("[1,9,10]");
        assertThat(Json.text(PlainJson.of(Set.of(DayOfWeek.SUNDAY, DayOfWeek.MONDAY))))
                .isEqualTo("[\"MONDAY\",\"SUNDAY\"]");
        assertThat(Json.text(PlainJson.of(mixed))).isEqualTo("[\"a\",\"b\",2,[1]]");
    }

    /** A path iterates over paths, so it could be mistaken for a list. */
    @Test
    void aPathIsWrittenAsText() {
        assertThat(PlainJson.of(Map.of("p", Path.of("a", "b"))))
                .isEqualTo(new HashMap<>(Map.of("p", Path.of("a", "b").toString())));
    }
}
