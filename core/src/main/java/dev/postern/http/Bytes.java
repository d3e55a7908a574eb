package dev.postern.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches bytes, eight at a time. The search for line ends is the only pass over everything that a server sends. */
final class Bytes {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = ONES << 7;

    private Bytes() {}

    /** The index of the first byte from 0 to 15, which includes both line ends; {@code to} if there is none. */
    static int firstControl(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORD.get(bytes, at);
            // The sign bit of each byte below 16, and of no byte before the first of them. Later sign bits do not
            // matter.
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
