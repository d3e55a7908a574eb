package dev.postern.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** What is written reads the same, for values that nobody thought of. */
class JsonRoundTripTest {
    private static final int VALUES = 100;

    @RepeatedTest(20)
    void readsWhatWasWritten(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        JsonReader reader = new JsonReader();
        for (int i = 0; i < VALUES; i++) {
            Object value = value(random, 0);
            String text = Json.text(value);

            assertThat(Json.parse(text)).as(text).isEqualTo(value);
            assertThat(Json.text(Json.parse(text))).isEqualTo(text);

            byte[] document = (text + "\n").getBytes(UTF_8);
            reader.begin(document, 0, document.length);
            if (random.nextBoolean()) {
                assertThat(reader.value()).as(text).isEqualTo(value);
            } else {
                reader.skip();
            }
            reader.end();
        }
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth < 6 ? 10 : 8)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt();
            case 3 -> random.nextLong() | 1L << 62; // beyond an int
            case 4 -> new BigInteger(200, random).setBit(80);
            case 5 -> finite(random);
            case 6, 7 -> text(random);
            case 8 -> list(random, depth);
            default -> map(random, depth);
        };
    }

    private static Object finite(Random random) {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) ? any : random.nextGaussian();
    }

    private static List<Object> list(Random random, int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(value(random, depth + 1));
        }
        return list;
    }

    private static Map<String, Object> map(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(random), value(random, depth + 1));
        }
        return map;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 3000 : 20); i > 0; i--) {
            int bound = new int[] {0x80, 0x800, 0x10000, 0x110000}[random.nextInt(4)];
            int point = random.nextInt(bound);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point); // no half of a pair
        }
        return text.toString();
    }
}
