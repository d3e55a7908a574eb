package dev.postern.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
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

    private JsonParser parser = newParser();
    private ByteArrayFeeder feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
    /** Whether a document was begun and not, or not yet, read to its end. */
    private boolean open;
    /** The bytes of all documents so far; Jackson counts them as one text. */
    private long fed;
    /** Where this document begins among them. */
    private long begin;

    private static JsonParser newParser() {
        return FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
    }

    /** Begins a document. The bytes are borrowed until {@link #finish}. */
    void feed(byte[] buffer, int offset, int length) {
        if (open) { // malformed, or left in the middle: the parser would go on there
            parser = newParser();
            feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
            fed = 0;
        }
        open = true;
        begin = fed;
        fed += length;
        feeder.feedInput(buffer, offset, offset + length);
    }

    JsonToken next() {
        JsonToken token;
        try {
            token = parser.nextToken();
        } catch (JacksonException e) {
            throw malformed(e);
        }
        if (token == JsonToken.NOT_AVAILABLE || token == null) {
            throw new JsonException("the JSON text ends too early", true);
        }
        return token;
    }

    /** After the last token: nothing but white space may follow. */
    void finish() {
        if (!feeder.needMoreInput()) { // seldom: there is something left
            takeWhiteSpace();
        }
        open = false;
    }

    private void takeWhiteSpace() {
        // Looked at here, as to the parser the beginning of a token is no more than a token that is not available.
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        parser.releaseBuffered(rest);
        if (!rest.toString(StandardCharsets.US_ASCII).isBlank()) {
            throw new JsonException("more text follows the JSON value", false);
        }
        try {
            parser.nextToken();
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    JsonParser parser() {
        return parser;
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
