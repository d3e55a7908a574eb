package dev.postern.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Jackson's non-blocking parser, used for the one thing that its blocking one cannot do: read document after document
 * with the same parser, so that the events of a stream cost no parser each. All of a document is always there, so a
 * token that is not available means that the text ends too early.
 *
 * <p>A parser holds some 20 KB of buffers and tables. So it is lent for a document at a time, and a stream that waits
 * holds none.
 */
final class Tokens {
    /**
     * Bounds on what a server may send; the length is bounded by whoever collects the bytes. The depth is what the words
     * bear, too, so that whatever was read can be said again.
     */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder().maxNestingDepth(200).build();

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(BOUNDS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // an error must not show the content
            .build();

    /** Parsers that nobody uses at the moment; each in a slot that a few threads try. */
    private static final AtomicReferenceArray<@Nullable Tokens> IDLE = new AtomicReferenceArray<>(16);

    /** A longer text would leave a large buffer behind. */
    private static final int MAX_BYTES_KEPT = 64 << 10;
    /** Jackson remembers each name that it reads, and tools may have arguments of any name. */
    private static final int MAX_DOCUMENTS = 4096;

    private static final String MORE = "more text follows the JSON value";
    private static final byte[] WHITE_SPACE = {' '};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final JsonParser parser = FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
    private final ByteArrayFeeder feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
    private int documents;
    private int longest;
    /** The bytes of all documents so far; Jackson counts them as one text. */
    private long fed;
    /** Where this document begins among them. */
    private long begin;

    // Of a large document: what is not fed yet, and the long strings in it; null when all is fed.
    private byte[] document = WHITE_SPACE;
    private int rest;
    private int end;
    private @Nullable LongStrings longStrings;
    /** Whether the parser has come to a long string, and whether it has just read one, which it takes for empty. */
    private boolean atLongString;

    private boolean onLongString;

    private Tokens() {
        part(
                WHITE_SPACE,
                0,
                WHITE_SPACE.length); // so that no document is the first: Jackson treats that one in its own way
        parser.nextToken();
    }

    /** A parser for one document. One that is not given back with {@link #finish} is forgotten. */
    static Tokens lend() {
        int slot = slot();
        Tokens idle = IDLE.get(slot) == null ? null : IDLE.getAndSet(slot, null);
        return idle == null ? new Tokens() : idle;
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() % IDLE.length());
    }

    /** Begins the document. The bytes are borrowed until {@link #finish}. */
    void feed(byte[] buffer, int offset, int length) {
        documents++;
        longest = Math.max(longest, length);
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
            feedMore();
        }
    }

    private void part(byte[] buffer, int from, int to) {
        fed += to - from;
        feeder.feedInput(buffer, from, to);
    }

    /** Feeds what comes up to the next long string; then what comes behind it. Returns false when there is no more. */
    private boolean feedMore() {
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

    /** Jackson takes one for white space, but only before its first document. */
    private static boolean hasByteOrderMark(byte[] buffer, int offset, int length) {
        int mark = BYTE_ORDER_MARK.length;
        return length >= mark && Arrays.equals(buffer, offset, offset + mark, BYTE_ORDER_MARK, 0, mark);
    }

    JsonToken next() {
        JsonToken token;
        onLongString = false;
        try {
            do {
                token = parser.nextToken();
            } while (token == JsonToken.NOT_AVAILABLE && feedMore());
        } catch (JacksonException e) {
            throw malformed(e);
        }
        if (token == JsonToken.NOT_AVAILABLE || token == null) {
            throw new JsonException("the JSON text ends too early", true);
        }
        return token;
    }

    /** After the last token: nothing but white space may follow. Gives the parser back. */
    void finish() {
        JsonToken last = parser.currentToken();
        if (longStrings != null && (!feeder.needMoreInput() || (feedMore() && longStrings != null))) {
            throw new JsonException(MORE, false);
        }
        if (!feeder.needMoreInput()) { // seldom: there is something left
            takeWhiteSpace();
        }
        if (last == null || !last.isStructEnd()) { // or Jackson would miss white space before the next document
            feed(WHITE_SPACE, 0, WHITE_SPACE.length);
            parser.nextToken();
        }
        document = WHITE_SPACE;
        feeder.feedInput(WHITE_SPACE, 0, 0); // or the feeder would keep the caller's buffer
        if (longest <= MAX_BYTES_KEPT && documents < MAX_DOCUMENTS) {
            IDLE.lazySet(slot(), this); // the one that may be there is forgotten
        }
    }

    private void takeWhiteSpace() {
        // Looked at here, as to the parser the beginning of a token is no more than a token that is not available.
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        parser.releaseBuffered(rest);
        if (!rest.toString(StandardCharsets.US_ASCII).isBlank()) {
            throw new JsonException(MORE, false);
        }
        try {
            parser.nextToken();
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    /** The string, or a number or boolean as it is written, that was just read. */
    String text() {
        return onLongString && longStrings != null ? longStrings.text() : parser.getString();
    }

    /** Whether that is this text; for another length, as nearly always, no string is made. */
    boolean is(String other) {
        return !onLongString
                && parser.getStringLength() == other.length()
                && parser.getString().equals(other);
    }

    JsonParser parser() {
        return parser;
    }

    /** Where in the document a string begins that was just read; behind its quotation mark. */
    int stringStart() {
        return tokenStart();
    }

    /** Where it ends; before its quotation mark. */
    int stringEnd() {
        return tokenEnd() - 1;
    }

    /** Where a number begins that was just read. */
    int numberStart() {
        return tokenStart() - 1; // Jackson tells the place behind the first character, of a number too
    }

    /** Where it ends. */
    int numberEnd() {
        return tokenEnd();
    }

    private int tokenStart() {
        return (int) (parser.currentTokenLocation().getByteOffset() - begin);
    }

    private int tokenEnd() {
        return (int) (parser.currentLocation().getByteOffset() - begin);
    }

    /** Names the place in this document. Jackson's own message is not used, as it may show the content. */
    JsonException malformed(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return new JsonException("the JSON text is nested too deeply, or has too long a name or number", false);
        }
        var place = e.getLocation();
        long offset = place == null ? -1 : place.getByteOffset() - begin;
        return new JsonException("malformed JSON" + (offset < 0 ? "" : " at byte " + offset), false);
    }
}
