package dev.postern.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumbersTest {
    @Test
    void returnsADoubleIfItKeepsAllDigits() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(JsonNumbers.decimal(Double.toString(value))).isEqualTo(value);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.10000000000000001", "1234567890.12345671", "12345678901234567.5", "1e-400", "1e400"})
    void returnsADecimalIfADoubleWouldLoseDigits(String digits) {
        assertThat(JsonNumbers.decimal(digits)).isEqualTo(new BigDecimal(digits));
    }

    @Timeout(10)
    @ParameterizedTest
    @CsvSource({
        "1e999999999, -1",
        "-1e999999999, -1",
        "1e-999999999, 0",
        "0.9999999999999999999999, 0",
        "9223372036854775807.99, 9223372036854775807",
        "9223372036854775808, -1",
        "-9223372036854775808.5, -9223372036854775808",
        "1000e-3, 1"
    })
    void returnsTheWholePartOfADecimal(BigDecimal number, long expected) {
        assertThat(JsonNumbers.whole(number, -1)).isEqualTo(expected);
    }

    @Test
    void returnsTheWholePartOfOtherNumbers() {
        assertThat(JsonNumbers.whole(7, -1)).isEqualTo(7);
        assertThat(JsonNumbers.whole(-7.9, -1)).isEqualTo(-7);
        assertThat(JsonNumbers.whole(1e300, -1)).isEqualTo(-1);
        assertThat(JsonNumbers.whole(BigInteger.TWO.pow(64).add(BigInteger.ONE), -1))
                .isEqualTo(-1);
        assertThat(JsonNumbers.whole(BigInteger.valueOf(Long.MIN_VALUE), -1)).isEqualTo(Long.MIN_VALUE);
    }

    /** The text of a field may be as long as a whole answer. */
    @Test
    @Timeout(10)
    void refusesALongTextWithoutParsingIt() {
        assertThat(JsonNumbers.whole("9007199254740993." + "1".repeat(5_000_000), -1))
                .isEqualTo(-1);
    }
}
