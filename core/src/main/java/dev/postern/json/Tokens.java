package dev.postern.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.json.JsonFactory;

/**
 * Jackson's non-blocking parser, used for the one thing that its blocking one cannot do: read document after document
 * with the same parser, so that the events of a stream cost no parser each. All of a document is always there, so a
 * token that is not available means that the text ends too early.
 */
final class Tokens {
    /** Bounds on what a server may send; the length is bounded by whoever collects the bytes. */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder().maxNestingDepth(500).build();

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(BOUNDS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // an error must not show the content
            .build();

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;

    Tokens() {
        parser = FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
        feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
    }

    /** Begins a document. The bytes are borrowed until {@link #finish}. */
    void feed(byte[] buffer, int offset, int length) {
        try {
            feeder.feedInput(buffer, offset, offset + length);
        } catch (JacksonException e) {
            throw malformed(e);
        }
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
        try {
            if (parser.nextToken() != JsonToken.NOT_AVAILABLE) {
                throw new JsonException("more text follows the JSON value", false);
            }
        } catch (JacksonException e) {
            throw malformed(e);
        }
    }

    JsonParser parser() {
        return parser;
    }

    static JsonException malformed(JacksonException e) {
        var place = e.getLocation();
        String at = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
        return new JsonException("malformed JSON" + at, false);
    }
}
