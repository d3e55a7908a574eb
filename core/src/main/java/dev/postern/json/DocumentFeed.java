package dev.postern.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.async.ByteArrayFeeder;

/**
 * Feeds one document after the other to the parser of {@link Tokens}. A small document is passed unchanged. The long
 * strings of a large one, such as the text of a whole answer or an image, are nearly all of it, and the parser would
 * copy their characters several times. So it gets empty strings instead, and a {@link StringDecoder} decodes those that
 * are read.
 *
 * <p>Only values are left out, not names. Quotation marks and backslashes are enough to find the start and the end of a
 * string, up to the first error of a document, at which the parser stops.
 */
final class DocumentFeed {
    /** A document with fewer bytes is not searched for long strings. */
    static final int LARGE_DOCUMENT = 8 << 10;

    private static final int LONG = 1 << 10;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] NOTHING = {};

    private final ByteArrayFeeder feeder;
    private final StringDecoder decoder = new StringDecoder();
    /** The bytes of all documents so far; Jackson counts them as one text. */
    private long fed;
    /** The start of this document among them. */
    private long begin;
    /** The bytes of this document that were fed. */
    private int size;

    // The document, and the rest of it that is not fed yet.
    private byte[] document = NOTHING;
    private int rest;
    private int end;
    private boolean isLarge;
    /**
     * Whether the parser has reached a long string, and whether it has just read one, which is empty for the parser.
     */
    private boolean atLongString;

    private boolean onLongString;

    DocumentFeed(ByteArrayFeeder feeder) {
        this.feeder = feeder;
    }

    /**
     * Begins a document. The bytes are borrowed until {@link #forget}. Returns false, and feeds nothing, if it is small
     * and not valid UTF-8. In a large document, invalid UTF-8 is replaced when the feed comes to it.
     */
    boolean begin(byte[] buffer, int offset, int length) {
        int mark = hasByteOrderMark(buffer, offset, length) ? BYTE_ORDER_MARK.length : 0;
        begin = fed - mark;
        size = 0;
        document = buffer;
        rest = offset + mark;
        end = offset + length;
        isLarge = length >= LARGE_DOCUMENT;
        atLongString = false;
        boolean valid = isLarge || Utf8.isValid(buffer, rest, end - rest);
        if (valid) {
            more();
        }
        return valid;
    }

    /** Jackson takes one for white space, but only before its first document. */
    private static boolean hasByteOrderMark(byte[] buffer, int offset, int length) {
        int mark = BYTE_ORDER_MARK.length;
        return length >= mark && Arrays.equals(buffer, offset, offset + mark, BYTE_ORDER_MARK, 0, mark);
    }

    /** Feeds the bytes up to the next long string, then those after it. Returns false at the end. */
    boolean more() {
        if (rest == end) {
            return false;
        }
        int to = isLarge ? part() : end;
        if (to < 0 && !Utf8.isValid(document, rest, end - rest)) {
            document = Utf8.mended(document, rest, end - rest);
            rest = 0;
            end = document.length;
            to = part();
        }
        if (to < 0) {
            to = end; // the parser reports the error
        }
        fed += to - rest;
        size += to - rest;
        feeder.feedInput(document, rest, to);
        rest = to;
        return true;
    }

    /** The end of the next part to feed; negative if there is an error before the next long string. */
    private int part() {
        if (!atLongString) {
            return search(rest);
        }
        int close = decoder.decode(document, rest, end);
        if (close < 0) {
            return close;
        }
        if (isName(close + 1)) {
            return search(close + 1);
        }
        begin -= close - rest;
        rest = close;
        atLongString = false;
        onLongString = true;
        return close + 1; // no more, or it would not be known any more when the parser has read it
    }

    /** The start of the next long string, or the end of the document; negative if there is an error before. */
    private int search(int from) {
        int at = from;
        while (at < end) {
            if (document[at] < 0) {
                int size = Utf8.sequence(document, at, end);
                if (size == 0) {
                    return StringBytes.MALFORMED;
                }
                at += size;
            } else if (document[at++] == '"') {
                int limit = Math.min(at + LONG, end);
                int close = StringBytes.end(document, at, limit, end);
                if (close >= limit) {
                    atLongString = true;
                    return at;
                }
                if (close < 0) {
                    return close;
                }
                at = close + 1;
            }
        }
        atLongString = false;
        return end;
    }

    /** A string is a name if a colon follows it. */
    private boolean isName(int after) {
        int at = after;
        while (at < end && document[at] >= 0 && document[at] <= ' ') {
            at++;
        }
        return at < end && document[at] == ':';
    }

    /** Whether a part of the document was not fed although the parser has read its value. */
    boolean hasMore() {
        return rest < end && (!feeder.needMoreInput() || (more() && rest < end));
    }

    /** Whether the parser has not consumed all bytes that were fed. */
    boolean isLeft() {
        return !feeder.needMoreInput();
    }

    /** The parser is about to read the next token. */
    void next() {
        onLongString = false;
    }

    boolean isOnLongString() {
        return onLongString;
    }

    /** The long string that was empty for the parser; null if the last string is another one. */
    @Nullable
    String longString() {
        return onLongString ? decoder.text() : null;
    }

    /** The number of bytes of this document that the parser got. */
    int size() {
        return size;
    }

    /** Drops the references to the caller's buffers. */
    void forget() {
        document = NOTHING;
        decoder.forget();
        feeder.feedInput(NOTHING, 0, 0);
    }

    /** Converts an offset of Jackson's to an offset in the document. */
    long place(long jacksons) {
        return jacksons - begin;
    }
}
