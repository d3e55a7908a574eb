package dev.postern.json;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Replaces invalid UTF-8 by U+FFFD, as the decoder of the WHATWG does. Some servers cut a character in two; a parser
 * would refuse the whole document for it.
 */
final class Utf8 {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SIGNS = 0x8080_8080_8080_8080L;

    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private Utf8() {}

    /** Whether the bytes are UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
    static boolean isValid(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = plainEnd(bytes, offset, end);
        while (at < end) {
            int after = after(bytes, at, end);
            if (after == at) {
                return false;
            }
            at = after;
            if (at < end && bytes[at] >= 0) {
                at = plainEnd(bytes, at, end);
            }
        }
        return true;
    }

    /**
     * The end of the characters of several bytes that begin here, or of some of them; the same place if the next one is
     * invalid.
     */
    static int after(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && areTwoOfThreeBytes((long) WORD.get(bytes, at))) {
            at += 6;
        }
        return at > from ? at : at + sequence(bytes, at, end);
    }

    /**
     * Whether these bytes begin with two characters of three bytes, as in Chinese or Japanese text. False for those
     * that begin with E0 or ED, some of which are invalid.
     */
    static boolean areTwoOfThreeBytes(long word) {
        long leads = word & 0x0000_0000_0F00_000FL;
        long ed = leads ^ 0x0000_0000_0D00_000DL;
        return (word & 0x0000_C0C0_F0C0_C0F0L) == 0x0000_8080_E080_80E0L
                && ((leads - 0x0100_0001L | ed - 0x0100_0001L) & 0x1000_0010L) == 0;
    }

    /** A copy in which each sequence that is invalid, or the part of it that could have become valid, is U+FFFD. */
    static byte[] mended(byte[] bytes, int offset, int length) {
        int end = offset + length;
        ByteArrayOutputStream mended = new ByteArrayOutputStream(length + length / 8 + REPLACEMENT.length);
        int at = offset;
        while (at < end) {
            int size = bytes[at] >= 0 ? 1 : sequence(bytes, at, end);
            if (size > 0) {
                mended.write(bytes, at, size);
                at += size;
            } else {
                mended.writeBytes(REPLACEMENT);
                at += beginning(bytes, at, end);
            }
        }
        return mended.toByteArray();
    }

    /** The place of the first byte from here on that is not ASCII. */
    private static int plainEnd(byte[] bytes, int from, int end) {
        int at = from;
        while (at <= end - Long.BYTES && ((long) WORD.get(bytes, at) & SIGNS) == 0) {
            at += Long.BYTES;
        }
        while (at < end && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The length of the sequence of several bytes that begins here; 0 if there is none. */
    static int sequence(byte[] bytes, int at, int end) {
        int size = announced(bytes[at]);
        return size > 0 && beginning(bytes, at, end) == size ? size : 0;
    }

    /** The character of these three bytes, of which the first is E0 to EF; 0 if they are not valid. */
    static int ofThreeBytes(int lead, int second, int third) {
        int point = (lead & 0xF) << 12 | (second & 0x3F) << 6 | (third & 0x3F);
        boolean follow = (second & 0xC0) == 0x80 && (third & 0xC0) == 0x80;
        return follow && point >= 0x800 && !Character.isSurrogate((char) point) ? point : 0;
    }

    /** The character of this sequence of several bytes. */
    static int character(byte[] bytes, int at, int size) {
        int point = bytes[at] & (0x7F >> size);
        for (int i = 1; i < size; i++) {
            point = (point << 6) | (bytes[at + i] & 0x3F);
        }
        return point;
    }

    /** The length of the sequence that begins with this byte; 0 if no sequence does. */
    private static int announced(byte lead) {
        int value = lead & 0xFF;
        return value < 0xC2 ? 0 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : value < 0xF5 ? 4 : 0;
    }

    /** The number of bytes from here on that are the beginning of a sequence; at least 1. */
    private static int beginning(byte[] bytes, int at, int end) {
        int size = Math.min(announced(bytes[at]), end - at);
        if (size < 2 || !isSecond(bytes[at] & 0xFF, bytes[at + 1] & 0xFF)) {
            return 1;
        }
        int have = 2;
        while (have < size && (bytes[at + have] & 0xC0) == 0x80) {
            have++;
        }
        return have;
    }

    /** Not for overlong forms, surrogates, and what is beyond the last character. */
    private static boolean isSecond(int lead, int second) {
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        return second >= lowest && second <= highest;
    }
}
