package dev.postern.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random records: a written record reads as an equal one, and matches its schema. */
class RecordRoundTripTest {
    private static final int RECORDS = 50;

    private enum Kind {
        A,
        B,
        C
    }

    private record Leaf(
            String text,
            int whole,
            boolean flag,
            Kind kind,
            @Nullable String maybe) {}

    private record Numbers(byte a, short b, long c, BigInteger d, float e, double f, BigDecimal g, char h) {}

    private record Times(Instant at, LocalDate on, Duration length, UUID id, URI uri) {}

    private record Pair<A, B>(A one, B other) {}

    private record Tree(
            Leaf leaf,
            Numbers numbers,
            Times times,
            List<Leaf> leaves,
            Set<Integer> set,
            Map<String, List<Double>> map,
            Optional<Leaf> maybeLeaf,
            OptionalInt maybeInt,
            OptionalLong maybeLong,
            OptionalDouble maybeDouble,
            Pair<String, Pair<Long, Kind>> pair,
            Object any) {}

    @RepeatedTest(20)
    void aWrittenRecordReadsEqualAndMatchesTheSchema(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RecordType<Tree> type = RecordType.of(Tree.class);
        SchemaValidator schema = SchemaValidator.of(type.schema());
        for (int i = 0; i < RECORDS; i++) {
            Tree tree = tree(random);
            Map<String, Object> written = type.write(tree);
            Map<?, ?> overTheWire = (Map<?, ?>) Json.parse(Json.text(written));

            assertThat(type.read(written)).isEqualTo(tree);
            assertThat(type.read(named(overTheWire))).isEqualTo(tree);
            assertThat(schema.problems(overTheWire)).isEmpty();
            assertThat(schema.pruned(written)).isEqualTo(written);
        }
    }

    /** A changed value is read or refused with a problem, and a value that matches the schema can be read. */
    @RepeatedTest(20)
    void aValueThatMatchesTheSchemaCanBeRead(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        RecordType<Leaf> type = RecordType.of(Leaf.class);
        SchemaValidator schema = SchemaValidator.of(type.schema());
        for (int i = 0; i < RECORDS; i++) {
            Map<String, Object> json = new HashMap<>(type.write(leaf(random)));
            List<String> names = new ArrayList<>(json.keySet());
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> json.remove(name);
                case 1 -> json.put(name, random.nextInt(1000));
                case 2 -> json.put(name, "A");
                default -> json.put(name, random.nextBoolean());
            }
            if (schema.problems(json).isEmpty()) {
                assertThat(type.read(json)).as(json.toString()).isNotNull();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> named(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static Tree tree(Random random) {
        Set<Integer> set = new LinkedHashSet<>();
        Map<String, List<Double>> map = new HashMap<>();
        List<Leaf> leaves = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            set.add(random.nextInt());
            map.put(text(random), List.of(random.nextGaussian(), 1.0 * random.nextInt()));
            leaves.add(leaf(random));
        }
        return new Tree(
                leaf(random),
                numbers(random),
                new Times(
                        Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                        LocalDate.ofEpochDay(random.nextInt(100_000)),
                        Duration.ofMillis(random.nextInt()),
                        new UUID(random.nextLong(), random.nextLong()),
                        URI.create("https://example.com/" + random.nextInt())),
                leaves,
                set,
                map,
                random.nextBoolean() ? Optional.of(leaf(random)) : Optional.empty(),
                random.nextBoolean() ? OptionalInt.of(random.nextInt()) : OptionalInt.empty(),
                random.nextBoolean() ? OptionalLong.of(random.nextLong()) : OptionalLong.empty(),
                random.nextBoolean() ? OptionalDouble.of(random.nextGaussian()) : OptionalDouble.empty(),
                new Pair<>(text(random), new Pair<>(random.nextLong(), Kind.values()[random.nextInt(3)])),
                random.nextBoolean() ? text(random) : List.of(1, Map.of("a", true)));
    }

    private static Leaf leaf(Random random) {
        return new Leaf(
                text(random),
                random.nextInt(),
                random.nextBoolean(),
                Kind.values()[random.nextInt(3)],
                random.nextBoolean() ? text(random) : null);
    }

    private static Numbers numbers(Random random) {
        return new Numbers(
                (byte) random.nextInt(),
                (short) random.nextInt(),
                random.nextLong(),
                new BigInteger(200, random).negate(),
                random.nextFloat(),
                random.nextGaussian() * Math.pow(10, random.nextInt(20)),
                new BigDecimal("" + random.nextInt())
                        .scaleByPowerOfTen(random.nextInt(3))
                        .setScale(0),
                (char) ('a' + random.nextInt(26)));
    }

    /** Includes JSON as text, which must stay text in a string component. */
    private static String text(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> "";
            case 1 -> "{\"a\":" + random.nextInt() + "}";
            case 2 -> "[" + random.nextInt() + "]";
            case 3 -> "ä\"\n\u2028😀" + random.nextInt();
            default -> Long.toString(random.nextLong(), 36);
        };
    }
}
