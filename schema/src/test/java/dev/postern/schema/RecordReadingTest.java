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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are read as a record, and the problems of all others. */
class RecordReadingTest {

    private enum Colour {
        RED,
        Blue,
        BLUE
    }

    private record AnInt(int x) {}

    private record ALong(long x) {}

    private record AByte(byte x) {}

    private record ABig(BigInteger x) {}

    private record ADouble(double x) {}

    private record AFloat(float x) {}

    private record ADecimal(BigDecimal x) {}

    private record AText(String x) {}

    private record AFlag(boolean x) {}

    private record ACharacter(char x) {}

    private record AColour(Colour x) {}

    private record Stop(String city, int days) {}

    private record Trip(List<Stop> stops) {}

    private record AnySuch(Object x) {}

    private record Times(Instant at, LocalDate on, Duration length, UUID id, URI uri) {}

    private record Perhaps(
            Optional<String> a,
            OptionalInt b,
            OptionalLong c,
            OptionalDouble d,
            @Nullable Integer e,
            Optional<Stop> f) {}

    private record Lists(Set<Integer> set, int[] array, Map<String, List<String>> map, String[][] grid) {}

    private record Range(int from, int to) {
        Range {
            if (from > to) {
                throw new IllegalArgumentException("from must not be after to");
            }
        }
    }

    private record Ranges(List<Range> ranges) {}

    private record Silent(String x) {
        Silent {
            throw new IllegalStateException();
        }
    }

    private record Fatal(String x) {
        Fatal {
            throw new AssertionError("broken");
        }
    }

    private static <T extends Record> T read(Class<T> type, String json) {
        return RecordType.of(type).read(object(json));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String json) {
        return (Map<String, Object>) Json.parse(json);
    }

    private static String problem(Class<? extends Record> type, String json) {
        try {
            return "taken as " + read(type, json);
        } catch (LlmException e) {
            assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST);
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3.0", "\"3\"", "\" 3 \"", "3e0", "\"3.0\"", "0.3e1", "\"30e-1\""})
    void aWholeNumberIsAcceptedInAllForms(String written) {
        String json = "{\"x\":" + written + "}";

        assertThat(read(AnInt.class, json).x()).isEqualTo(3);
        assertThat(read(ALong.class, json).x()).isEqualTo(3);
        assertThat(read(AByte.class, json).x()).isEqualTo((byte) 3);
        assertThat(read(ABig.class, json).x()).isEqualTo(3);
        assertThat(read(ADouble.class, json).x()).isEqualTo(3);
        assertThat(read(ADecimal.class, json).x()).isEqualByComparingTo("3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "3.5 | x: must be an integer, but is 3.5",
                "\"three\" | x: must be an integer, but is text",
                "\"3.5\" | x: must be an integer, but is text",
                "\"\" | x: must be an integer, but is text",
                "true | x: must be an integer, but is true",
                "null | x: must be an integer, but is null",
                "[3] | x: must be an integer, but is a list",
                "{} | x: must be an integer, but is an object",
                "300 | x: must be an integer from -128 to 127, but is 300",
                "1e999999 | x: must be an integer from -128 to 127, but is 1E+999999",
            })
    void aNumberThatIsNotWholeIsReported(String written, String problem) {
        assertThat(problem(AByte.class, "{\"x\":" + written + "}")).isEqualTo(problem);
    }

    @Test
    void aNumberWithALargeExponentIsRefusedAtOnce() {
        assertThat(problem(ABig.class, "{\"x\":1e999999999}"))
                .startsWith("x: must be an integer of at most 1000 digits, but is 1E+");
        assertThat(problem(AnInt.class, "{\"x\":\"1e9999\"}"))
                .startsWith("x: must be an integer of 32 bits, but is text");
        assertThat(problem(ADouble.class, "{\"x\":1e999999999}")).startsWith("x: must be a number, but is 1E+");
        assertThat(problem(AFloat.class, "{\"x\":1e200}")).isEqualTo("x: must be a number, but is 1.0E200");
    }

    @Test
    void numbersKeepTheirExactValue() {
        assertThat(read(AFloat.class, "{\"x\":0.1}").x()).isEqualTo(0.1f);
        assertThat(read(ADouble.class, "{\"x\":\"0.1\"}").x()).isEqualTo(0.1);
        assertThat(read(ADecimal.class, "{\"x\":\"0.10\"}").x()).isEqualTo("0.10");
        assertThat(read(ADecimal.class, "{\"x\":19.90}").x()).isEqualTo("19.90");
        assertThat(read(ADecimal.class, "{\"x\":0.00}").x()).isEqualTo("0.00");
        assertThat(read(ADecimal.class, "{\"x\":-12345678901234567890.123456789012345678}")
                        .x())
                .isEqualTo("-12345678901234567890.123456789012345678");
        assertThat(read(AText.class, "{\"x\":19.90}").x()).isEqualTo("19.90");
        assertThat(read(ADouble.class, "{\"x\":-0.0}").x()).isEqualTo(-0.0);
        assertThat(read(ALong.class, "{\"x\":9007199254740993.0}").x()).isEqualTo(9007199254740993L);
        assertThat(read(ALong.class, "{\"x\":9007199254740993e0}").x()).isEqualTo(9007199254740993L);
        assertThat(problem(ALong.class, "{\"x\":9007199254740993.5}"))
                .isEqualTo("x: must be an integer, but is 9007199254740993.5");
        assertThat(read(ALong.class, "{\"x\":9223372036854775807}").x()).isEqualTo(Long.MAX_VALUE);
        assertThat(problem(ALong.class, "{\"x\":9223372036854775808}"))
                .isEqualTo("x: must be an integer of 64 bits, but is 9223372036854775808");
        assertThat(problem(ADouble.class, "{\"x\":\"NaN\"}")).isEqualTo("x: must be a number, but is text");
    }

    @Test
    void numbersAreAcceptedAsText() {
        assertThat(read(AText.class, "{\"x\":\"\"}").x()).isEmpty();
        assertThat(read(AText.class, "{\"x\":12045}").x()).isEqualTo("12045");
        assertThat(read(AText.class, "{\"x\":true}").x()).isEqualTo("true");
        assertThat(problem(AText.class, "{\"x\":[\"a\"]}")).isEqualTo("x: must be text, but is a list");
        assertThat(read(ACharacter.class, "{\"x\":\"é\"}").x()).isEqualTo('é');
        assertThat(problem(ACharacter.class, "{\"x\":\"ab\"}")).isEqualTo("x: must be one character, but is \"ab\"");
    }

    @Test
    void booleansAreAcceptedAsText() {
        assertThat(read(AFlag.class, "{\"x\":true}").x()).isTrue();
        assertThat(read(AFlag.class, "{\"x\":\"False\"}").x()).isFalse();
        assertThat(problem(AFlag.class, "{\"x\":1}")).isEqualTo("x: must be true or false, but is 1");
        assertThat(problem(AFlag.class, "{\"x\":\"yes\"}")).isEqualTo("x: must be true or false, but is text");
    }

    @Test
    void anEnumIsAcceptedInUnambiguousCase() {
        assertThat(read(AColour.class, "{\"x\":\"RED\"}").x()).isEqualTo(Colour.RED);
        assertThat(read(AColour.class, "{\"x\":\"red\"}").x()).isEqualTo(Colour.RED);
        assertThat(read(AColour.class, "{\"x\":\"Blue\"}").x()).isEqualTo(Colour.Blue);
        assertThat(problem(AColour.class, "{\"x\":\"blue\"}"))
                .isEqualTo("x: must be one of RED, Blue, BLUE, but is \"blue\"");
        assertThat(problem(AColour.class, "{\"x\":0}")).isEqualTo("x: must be one of RED, Blue, BLUE, but is 0");
    }

    @Test
    void timesAndRelatedTypesAreRead() {
        Times read = read(
                Times.class,
                "{\"at\":\"2026-01-31T12:00:00+02:00\",\"on\":\"2026-01-31\",\"length\":\"PT90M\","
                        + "\"id\":\"123E4567-e89b-12d3-a456-426614174000\",\"uri\":\"https://example.com/a\"}");

        assertThat(read)
                .isEqualTo(new Times(
                        Instant.parse("2026-01-31T10:00:00Z"),
                        LocalDate.of(2026, 1, 31),
                        Duration.ofMinutes(90),
                        UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                        URI.create("https://example.com/a")));
        assertThat(problem(
                        Times.class,
                        "{\"at\":\"tomorrow\",\"on\":20260131,\"length\":\"1h\",\"id\":\"1-1-1-1-1\",\"uri\":\"a b\"}"))
                .isEqualTo("at: must be a time with its zone, such as 2026-01-31T12:00:00Z, but is \"tomorrow\"; "
                        + "on: must be a date, such as 2026-01-31, but is 20260131; "
                        + "length: must be a duration in days, hours, minutes and seconds, such as P1DT2H30M, but is \"1h\"; "
                        + "id: must be a UUID, but is \"1-1-1-1-1\"; "
                        + "uri: must be a URI, but is \"a b\"");
    }

    @Test
    void anOptionalComponentCanBeMissingOrNull() {
        Perhaps nothing = new Perhaps(
                Optional.empty(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                null,
                Optional.empty());

        assertThat(read(Perhaps.class, "{}")).isEqualTo(nothing);
        assertThat(read(Perhaps.class, "{\"a\":null,\"b\":null,\"c\":null,\"d\":null,\"e\":null,\"f\":null}"))
                .isEqualTo(nothing);
        assertThat(read(
                        Perhaps.class,
                        "{\"a\":\"a\",\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":{\"city\":\"Rome\",\"days\":5}}"))
                .isEqualTo(new Perhaps(
                        Optional.of("a"),
                        OptionalInt.of(1),
                        OptionalLong.of(2),
                        OptionalDouble.of(3),
                        4,
                        Optional.of(new Stop("Rome", 5))));
        assertThat(problem(Perhaps.class, "{\"b\":\"x\",\"f\":{}}"))
                .isEqualTo("b: must be an integer, but is text; f.city: is missing; f.days: is missing");
    }

    @Test
    void allProblemsAreReportedWithTheirPaths() {
        assertThat(problem(Trip.class, "{\"stops\":[{\"city\":\"Rome\",\"days\":1},{\"days\":\"two\"},7]}"))
                .isEqualTo("stops[1].city: is missing; stops[1].days: must be an integer, but is text; "
                        + "stops[2]: must be an object, but is 7");
    }

    @Test
    void theNumberOfReportedProblemsIsBounded() {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            wrong.add("7");
        }

        assertThat(problem(Trip.class, "{\"stops\":[" + String.join(",", wrong) + "]}"))
                .contains("stops[19]: ")
                .doesNotContain("stops[20]")
                .endsWith("; and 10 more");
    }

    @Test
    void unknownPropertiesAreIgnored() {
        assertThat(read(Stop.class, "{\"city\":\"Rome\",\"days\":1,\"rm\":\"-rf\"}"))
                .isEqualTo(new Stop("Rome", 1));
    }

    @Test
    void listsAndMapsAreReadAsImmutable() {
        Lists read =
                read(Lists.class, "{\"set\":[1,\"2\",1],\"array\":[3],\"map\":{\"a\":[\"b\"]},\"grid\":[[\"x\"],[]]}");

        assertThat(read.set()).containsExactly(1, 2);
        assertThat(read.array()).containsExactly(3);
        assertThat(read.map()).isEqualTo(Map.of("a", List.of("b")));
        assertThat(read.grid()).isDeepEqualTo(new String[][] {{"x"}, {}});
        assertThatThrownBy(() -> read.set().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> read.map().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(problem(Lists.class, "{\"set\":7,\"array\":[null],\"map\":{\"a\":[{}]},\"grid\":[\"x\"]}"))
                .isEqualTo("set: must be a list, but is 7; array[0]: must be an integer, but is null; "
                        + "map.a[0]: must be text, but is an object; grid[0]: must be a list, but is text");
    }

    @Test
    void valuesAsJsonTextAreParsed() {
        assertThat(read(Trip.class, "{\"stops\":\"[{\\\"city\\\":\\\"Rome\\\",\\\"days\\\":1}]\"}"))
                .isEqualTo(new Trip(List.of(new Stop("Rome", 1))));
        assertThat(problem(Trip.class, "{\"stops\":\"[{\"}")).isEqualTo("stops: must be a list, but is text");
    }

    @Test
    void anObjectComponentKeepsItsValue() {
        assertThat(read(AnySuch.class, "{\"x\":{\"a\":[1,null]}}").x()).isEqualTo(object("{\"a\":[1,null]}"));
        assertThat(problem(AnySuch.class, "{}")).isEqualTo("x: is missing");
    }

    @Test
    void anExceptionOfTheConstructorIsAProblemWithItsPath() {
        assertThat(problem(Range.class, "{\"from\":2,\"to\":1}")).isEqualTo("from must not be after to");
        assertThat(problem(Ranges.class, "{\"ranges\":[{\"from\":1,\"to\":2},{\"from\":2,\"to\":1}]}"))
                .isEqualTo("ranges[1]: from must not be after to");
        assertThat(problem(Silent.class, "{\"x\":\"\"}")).isEqualTo("was refused with IllegalStateException");
        assertThatThrownBy(() -> read(Fatal.class, "{\"x\":\"\"}")).isInstanceOf(AssertionError.class);
    }

    @Test
    void aLongTextIsShortenedInProblems() {
        assertThat(problem(AColour.class, "{\"x\":\"" + "y".repeat(5000) + "\"}"))
                .hasSizeLessThan(200);
        assertThat(problem(Stop.class, "{}")).isEqualTo("city: is missing; days: is missing");
    }
}
