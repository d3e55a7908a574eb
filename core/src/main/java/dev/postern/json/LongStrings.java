package dev.postern.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Finds the long strings of a large document, such as the text of a whole answer or an image, which are nearly all of
 * it. A parser would copy their characters three times. This class finds them eight bytes at a time, and the parser
 * gets empty strings instead.
 *
 * <p>Only ASCII strings with {@linkplain Escapes short escapes} are taken out, and only values, not names. Quotation
 * marks and backslashes are enough to find the start and the end of a string, up to the first error of a document, at
 * which the parser stops.
 */
final class LongStrings {
    /** A document with fewer bytes is not searched. */
    static final int LARGE_DOCUMENT = 8 << 10;

    private static final int LONG = 1 << 10;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = ONES << 7;

    private final byte[] buffer;
    private final int end;
    private int at;

    // The last string that was found: its start and end between the quotation marks, and the number of its escapes.
    private int from;
    private int to;
    private int escapes;

    LongStrings(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.at = offset;
        this.end = offset + length;
    }

    /** Goes to the next long string. Returns false if there is none. */
    boolean next() {
        while (at < end) {
            if (buffer[at++] == '"') {
                boolean simple = string();
                if (simple && to - from >= LONG && isValue()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The start of its content, after the quotation mark. */
    int from() {
        return from;
    }

    /** The place of its closing quotation mark. */
    int to() {
        return to;
    }

    String text() {
        return Objects.requireNonNull(Escapes.decode(buffer, from, to, escapes)); // string() has checked the escapes
    }

    /** Skips the string that begins here. Returns whether it is ASCII with short escapes, and has an end. */
    private boolean string() {
        from = at;
        escapes = 0;
        boolean simple = true;
        for (at = special(at); at < end && buffer[at] != '"'; at = special(at + 1)) {
            if (buffer[at] == '\\') {
                escapes++;
                at++;
                simple &= at < end && Escapes.isShort(buffer[at]);
            } else {
                simple = false; // a character of several bytes, or one that must be escaped
            }
        }
        to = at++;
        return simple && to < end;
    }

    /** A string is a name if a colon follows it. */
    private boolean isValue() {
        int next = at;
        while (next < end && buffer[next] >= 0 && buffer[next] <= ' ') {
            next++;
        }
        return next == end || buffer[next] != ':';
    }

    /** The first byte from here on that is not a plain character of a string. */
    private int special(int start) {
        int here = start;
        for (; here <= end - Long.BYTES; here += Long.BYTES) {
            long word = (long) WORD.get(buffer, here);
            long controls = word - ONES * ' ' & ~word;
            long quotes = word ^ ONES * '"';
            long slashes = word ^ ONES * '\\';
            long found = (word | controls | (quotes - ONES & ~quotes) | (slashes - ONES & ~slashes)) & SIGNS;
            if (found != 0) {
                return here + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (here < end && buffer[here] >= ' ' && buffer[here] != '"' && buffer[here] != '\\') {
            here++;
        }
        return here;
    }
}
