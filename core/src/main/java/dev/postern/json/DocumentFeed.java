package dev.postern.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.async.ByteArrayFeeder;

/**
 * Feeds one document after the other to the parser of {@link Tokens}. A small document is passed unchanged; the long
 * strings of a large one are left out, see {@link LongStrings}.
 */
final class DocumentFeed {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] NOTHING = {};

    private final ByteArrayFeeder feeder;
    /** The bytes of all documents so far; Jackson counts them as one text. */
    private long fed;
    /** The start of this document among them. */
    private long begin;

    // Of a large document: the rest that is not fed yet, and its long strings; null when everything is fed.
    private byte[] document = NOTHING;
    private int rest;
    private int end;
    private @Nullable LongStrings longStrings;
    /**
     * Whether the parser has reached a long string, and whether it has just read one, which is empty for the parser.
     */
    private boolean atLongString;

    private boolean onLongString;

    DocumentFeed(ByteArrayFeeder feeder) {
        this.feeder = feeder;
    }

    /** Begins a document. The bytes are borrowed until {@link #forget}. */
    void begin(byte[] buffer, int offset, int length) {
        int mark = hasByteOrderMark(buffer, offset, length) ? BYTE_ORDER_MARK.length : 0;
        begin = fed - mark;
        if (length < LongStrings.LARGE_DOCUMENT) {
            part(buffer, offset + mark, offset + length);
        } else {
            document = buffer;
            rest = offset + mark;
            end = offset + length;
            longStrings = new LongStrings(buffer, rest, end - rest);
            atLongString = false;
            more();
        }
    }

    /** Jackson takes one for white space, but only before its first document. */
    private static boolean hasByteOrderMark(byte[] buffer, int offset, int length) {
        int mark = BYTE_ORDER_MARK.length;
        return length >= mark && Arrays.equals(buffer, offset, offset + mark, BYTE_ORDER_MARK, 0, mark);
    }

    private void part(byte[] buffer, int from, int to) {
        fed += to - from;
        feeder.feedInput(buffer, from, to);
    }

    /** Feeds the bytes up to the next long string, then those after it. Returns false at the end. */
    boolean more() {
        LongStrings strings = longStrings;
        if (strings == null) {
            return false;
        }
        int to;
        if (atLongString) {
            begin -= strings.to() - rest;
            rest = strings.to();
            to = rest + 1; // no more, or it would not be known any more when the parser has read it
            atLongString = false;
            onLongString = true;
        } else {
            atLongString = strings.next();
            to = atLongString ? strings.from() : end;
            longStrings = atLongString ? strings : null;
        }
        part(document, rest, to);
        rest = to;
        return true;
    }

    /** Whether a part of the document was not fed although the parser has read its value. */
    boolean hasMore() {
        return longStrings != null && (!feeder.needMoreInput() || (more() && longStrings != null));
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
        return onLongString && longStrings != null ? longStrings.text() : null;
    }

    /** Drops the references to the caller's buffers. */
    void forget() {
        document = NOTHING;
        feeder.feedInput(NOTHING, 0, 0);
    }

    /** Converts an offset of Jackson's to an offset in the document. */
    long place(long jacksons) {
        return jacksons - begin;
    }
}
