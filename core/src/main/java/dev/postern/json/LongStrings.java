package dev.postern.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The long strings of a large document, which are nearly all of it: the text of a whole answer, an image. A parser that is
 * to decode them makes a copy in characters, and two more of that. So they are found here, eight bytes at a time, and the
 * parser is shown empty strings in their places.
 *
 * <p>Only strings of ASCII with {@linkplain Escapes short escapes} are taken out, and only values. Where a string begins and
 * ends needs no more than its quotation marks and backslashes, up to the first fault of a document, at which the parser
 * stops.
 */
final class LongStrings {
    /** A document of fewer bytes is not looked through. */
    static final int LARGE_DOCUMENT = 8 << 10;

    private static final int LONG = 1 << 10;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long SIGNS = ONES << 7;

    private final byte[] buffer;
    private final int end;
    private int at;

    // The last one that was found: where it begins and ends, between its quotation marks, and how many escapes it has.
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

    /** Where it begins, behind its quotation mark. */
    int from() {
        return from;
    }

    /** Where its closing quotation mark is. */
    int to() {
        return to;
    }

    String text() {
        return Objects.requireNonNull(Escapes.decode(buffer, from, to, escapes)); // string() saw to it that it can
    }

    /** Goes behind the string that begins here. Returns whether it is ASCII with short escapes, and has an end. */
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

    /** A colon makes it a name. */
    private boolean isValue() {
        int next = at;
        while (next < end && buffer[next] >= 0 && buffer[next] <= ' ') {
            next++;
        }
        return next == end || buffer[next] != ':';
    }

    /** The first byte from here on that is no plain character of a string. */
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
