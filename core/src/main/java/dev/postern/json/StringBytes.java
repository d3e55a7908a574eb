package dev.postern.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The bytes of a JSON string, eight at a time, and the characters and escapes among them. */
final class StringBytes {
    /** There is an invalid escape, a character that must be escaped, invalid UTF-8, or no end. */
    static final int MALFORMED = -1;

    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = ONES << 7;
    private static final long NO_SIGNS = ~SIGNS;

    private static final int LONG_ESCAPE = 6;
    /** The meaning of an escape of two characters, by its second one; 0 if it is none. */
    private static final byte[] MEANINGS = new byte[256];

    static {
        String codes = "\"\\/bfnrt";
        for (int i = 0; i < codes.length(); i++) {
            MEANINGS[codes.charAt(i)] = (byte) "\"\\/\b\f\n\r\t".charAt(i);
        }
    }

    private StringBytes() {}

    /**
     * Searches the end of a string without decoding it. Returns the place of its quotation mark; {@code limit} or more
     * if that is not before the limit; or {@link #MALFORMED}.
     *
     * @param from the start of the string, after its quotation mark
     * @param end the end of the bytes
     */
    static int end(byte[] in, int from, int limit, int end) {
        int at = from;
        while ((at = special(in, at, limit)) < limit && in[at] != '"') {
            int size = size(in, at, end);
            if (size == 0) {
                return MALFORMED;
            }
            at += size;
        }
        return at;
    }

    /** The first byte from here on that is not a plain character of a string. */
    static int special(byte[] in, int from, int end) {
        int at = from;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long specials = specials((long) WORD.get(in, at));
            if (specials != 0) {
                return at + plain(specials);
            }
        }
        while (at < end && in[at] >= ' ' && in[at] != '"' && in[at] != '\\') {
            at++;
        }
        return at;
    }

    /** The sign bit of each byte that is not a plain character, and no other bit. */
    static long specials(long word) {
        long noControls = (word & ONES * 0x60) + NO_SIGNS;
        long noQuotes = ((word ^ ONES * '"') & NO_SIGNS) + NO_SIGNS;
        long noSlashes = ((word ^ ONES * '\\') & NO_SIGNS) + NO_SIGNS;
        return (word | ~(noControls & noQuotes & noSlashes)) & SIGNS;
    }

    /** The number of plain characters before the first one that is not. */
    static int plain(long specials) {
        return Long.numberOfTrailingZeros(specials) >>> 3;
    }

    /** The meaning of a backslash and this byte; 0 if they are not an escape of two characters. */
    static int meaning(int second) {
        return MEANINGS[second & 0xFF];
    }

    /** The number of bytes of the character that begins here; 0 if it is invalid in a string. */
    static int size(byte[] in, int at, int end) {
        byte next = in[at];
        if (next < 0) {
            return Utf8.sequence(in, at, end);
        }
        if (next != '\\') {
            return next < ' ' ? 0 : 1;
        }
        if (at + 1 < end && in[at + 1] == 'u') {
            return at + LONG_ESCAPE <= end && character(in, at, LONG_ESCAPE) >= 0 ? LONG_ESCAPE : 0;
        }
        return at + 1 < end && meaning(in[at + 1]) != 0 ? 2 : 0;
    }

    /** The character of this size that begins here; negative if it is an escape and one of its digits is none. */
    static int character(byte[] in, int at, int size) {
        if (in[at] != '\\') {
            return in[at] < 0 ? Utf8.character(in, at, size) : in[at];
        }
        if (size < LONG_ESCAPE) {
            return meaning(in[at + 1]);
        }
        int code = 0;
        for (int i = 2; i < LONG_ESCAPE; i++) {
            code = code << 4 | Character.digit((int) in[at + i], 16);
        }
        return code;
    }
}
