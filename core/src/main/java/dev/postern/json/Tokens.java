package dev.postern.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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
import tools.jackson.core.json.JsonReadFeature;

/**
 * Jackson's non-blocking parser. Unlike the blocking one, it reads many documents with one parser, so that an event of
 * a stream needs no new parser. A document is always complete, so a token that is not available means that the text
 * ends too early.
 *
 * <p>A parser has about 20 KB of buffers and tables. So it is lent for one document, and a waiting stream has none.
 */
final class Tokens {
    /**
     * Limits of the JSON of a server; the collector of the bytes limits its length. The depth is also that of the
     * model's values, so that every value that was read can be written again.
     */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder().maxNestingDepth(200).build();

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(BOUNDS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // next() decides about them
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // an error must not show the content
            .build();

    /** Idle parsers, each in a slot that a few threads share. */
    private static final AtomicReferenceArray<@Nullable Tokens> IDLE = new AtomicReferenceArray<>(16);

    /** A parser that got more bytes of a document may have a large buffer and is not kept. */
    private static final int MAX_BYTES_KEPT = 64 << 10;
    /** Jackson remembers each name that it reads, and tools may have arguments of any name. */
    private static final int MAX_DOCUMENTS = 4096;

    private static final String MORE = "more text follows the JSON value";
    private static final byte[] WHITE_SPACE = {' '};

    private final JsonParser parser = FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
    private final DocumentFeed feed = new DocumentFeed((ByteArrayFeeder) parser.nonBlockingInputFeeder());
    private boolean lenient;
    private boolean mended;
    private int documents;

    private Tokens() {
        feed.begin(WHITE_SPACE, 0, 1); // so that no document is the first one, which Jackson treats differently
        parser.nextToken();
    }

    /**
     * A parser for one document. One that is not given back with {@link #finish} is forgotten.
     *
     * @param lenient whether {@code NaN} and {@code Infinity} count as null; else they are malformed
     */
    static Tokens lend(boolean lenient) {
        int slot = slot();
        Tokens idle = IDLE.get(slot) == null ? null : IDLE.getAndSet(slot, null);
        Tokens lent = idle == null ? new Tokens() : idle;
        lent.lenient = lenient;
        return lent;
    }

    private static int slot() {
        return (int) (Thread.currentThread().getId() % IDLE.length());
    }

    /** Begins the document. The bytes are borrowed until {@link #finish}. Invalid UTF-8 becomes U+FFFD. */
    void begin(byte[] buffer, int offset, int length) {
        documents++;
        mended = !feed.begin(buffer, offset, length);
        if (mended) {
            byte[] valid = Utf8.mended(buffer, offset, length);
            feed.begin(valid, 0, valid.length);
        }
    }

    /** Whether a small document had invalid UTF-8, so that offsets in it differ from those of the caller's bytes. */
    boolean isMended() {
        return mended;
    }

    JsonToken next() {
        JsonToken token;
        feed.next();
        try {
            do {
                token = parser.nextToken();
            } while (token == JsonToken.NOT_AVAILABLE && feed.more());
        } catch (JacksonException e) {
            throw malformed(e);
        }
        if (token == JsonToken.NOT_AVAILABLE || token == null) {
            throw new JsonException("the JSON text ends too early", true);
        }
        return token == JsonToken.VALUE_NUMBER_FLOAT && isNoNumber() ? noNumber() : token;
    }

    /** Decided by the first letter, because Jackson's own answer is wrong for this kind of parser. */
    private boolean isNoNumber() {
        char[] text = parser.getStringCharacters();
        int first = parser.getStringOffset();
        char letter = text[text[first] == '-' || text[first] == '+' ? first + 1 : first];
        return letter == 'N' || letter == 'I';
    }

    /** Python writes these where JavaScript and the standard have null. */
    private JsonToken noNumber() {
        if (!lenient) {
            // Jackson reports the place after the first letter
            throw malformed(parser.currentTokenLocation().getByteOffset() - 1);
        }
        return JsonToken.VALUE_NULL;
    }

    /** After the last token: nothing but white space may follow. Gives the parser back. */
    void finish() {
        JsonToken last = parser.currentToken();
        if (feed.hasMore()) {
            throw new JsonException(MORE, false);
        }
        boolean isKept = feed.size() <= MAX_BYTES_KEPT && documents < MAX_DOCUMENTS;
        if (feed.isLeft()) { // seldom
            takeWhiteSpace();
        }
        if (last == null || !last.isStructEnd()) { // or Jackson would miss white space before the next document
            feed.begin(WHITE_SPACE, 0, 1);
            parser.nextToken();
        }
        feed.forget();
        if (isKept) {
            IDLE.lazySet(slot(), this); // drops the parser that may be there
        }
    }

    private void takeWhiteSpace() {
        // Checked here, because for the parser the beginning of a token is only a token that is not available.
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
        String text = feed.longString();
        return text == null ? parser.getString() : text;
    }

    /** Whether it equals this text; if the length differs, as nearly always, no string is created. */
    boolean is(String other) {
        return !feed.isOnLongString()
                && parser.getStringLength() == other.length()
                && parser.getString().equals(other);
    }

    /** Whether the value is a number for Jackson, even if it counts as null. */
    boolean isNumber() {
        JsonToken token = parser.currentToken();
        return token != null && token.isNumeric();
    }

    JsonParser parser() {
        return parser;
    }

    /** The start of the string that was just read, after its quotation mark. */
    int stringStart() {
        return tokenStart();
    }

    /** The end of that string, before its quotation mark. */
    int stringEnd() {
        return tokenEnd() - 1;
    }

    /** The start of the number that was just read. */
    int numberStart() {
        return tokenStart() - 1; // Jackson reports the place after the first character, also of a number
    }

    /** The end of that number. */
    int numberEnd() {
        return tokenEnd();
    }

    private int tokenStart() {
        return (int) feed.place(parser.currentTokenLocation().getByteOffset());
    }

    private int tokenEnd() {
        return (int) feed.place(parser.currentLocation().getByteOffset());
    }

    /** Names the place in this document. Jackson's own message is not used, because it may show the content. */
    JsonException malformed(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return new JsonException("the JSON text is nested too deeply, or has too long a name or number", false);
        }
        return malformed(e.getLocation() == null ? -1 : e.getLocation().getByteOffset());
    }

    private JsonException malformed(long jacksonsPlace) {
        long place = jacksonsPlace < 0 ? -1 : feed.place(jacksonsPlace);
        return new JsonException("malformed JSON" + (place < 0 ? "" : " at byte " + place), false);
    }
}
