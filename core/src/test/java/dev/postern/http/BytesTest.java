package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTest {

    /** Every byte, at every place in and between words, beside every kind of neighbour. */
    @Test
    void findsTheFirstByteBelowSixteen() {
        for (int neighbour : new int[] {0x10, 0x20, 0x7F, 0x80, 0x8F, 0xFF}) {
            for (int at = 0; at < 27; at++) {
                for (int value = 0; value < 256; value++) {
                    byte[] bytes = new byte[27];
                    Arrays.fill(bytes, (byte) neighbour);
                    bytes[at] = (byte) value;
                    int expected = value < 16 ? at : bytes.length;

                    assertThat(Bytes.firstControl(bytes, 0, bytes.length))
                            .as("%x at %d among %x", value, at, neighbour)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void bytesOutsideTheBoundsAreIgnored() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[40];
            random.nextBytes(bytes);
            int from = random.nextInt(41);
            int to = from + random.nextInt(41 - from);
            int expected = from;
            while (expected < to && (bytes[expected] & 0xFF) >= 16) {
                expected++;
            }
            assertThat(Bytes.firstControl(bytes, from, to)).isEqualTo(expected);
        }
    }
}
