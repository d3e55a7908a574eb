package dev.postern.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks through bytes, eight at a time: the search for the ends of lines is the one pass over all that a server sends. */
final class Bytes {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = ONES << 7;

    private Bytes() {}

    /** Where the first byte from 0 to 15 is, in which both ends of a line are; {@code to} if there is none. */
    static int firstControl(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORD.get(bytes, at);
            // The sign of each byte below 16, and of none before the first of them; the others do not matter.
            long controls = word - ONES * 16 & ~word & SIGNS;
            if (controls != 0) {
                return at + (Long.numberOfTrailingZeros(controls) >>> 3);
            }
        }
        while (at < to && (bytes[at] & 0xFF) >= 16) {
            at++;
        }
        return at;
    }
}
