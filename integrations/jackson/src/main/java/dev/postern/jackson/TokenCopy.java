package dev.postern.jackson;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.exc.MismatchedInputException;

/** Copies one value token by token, so that it does not matter what the parser reads or the generator writes. */
final class TokenCopy {
    /** Deeper values are refused by the reader of the format. This limit makes the copy of one end. */
    private static final int MAX_DEPTH = 1000;

    /** For our own text, whose values are in memory already. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    /** A parser of the application may accept other numbers, such as {@code .5}. */
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9]\\d*+)(?:\\.\\d++)?(?:[eE][+-]?\\d++)?");

    private final JsonParser in;
    private final Class<?> type;
    private final int maxBytes;

    TokenCopy(JsonParser in, Class<?> type, int maxBytes) {
        this.in = in;
        this.type = type;
        this.maxBytes = maxBytes;
    }

    /** Writes our own JSON to a generator of any format. */
    static void write(byte[] json, JsonGenerator out) {
        try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                    writeFraction(in.getString(), out);
                } else {
                    out.copyCurrentEvent(in);
                }
            }
        }
    }

    /** Jackson's own copy would make each fraction a double, which cannot hold all of them. */
    private static void writeFraction(String text, JsonGenerator out) {
        double value = Double.parseDouble(text);
        if (Double.toString(value).equals(text)) {
            out.writeNumber(value);
        } else {
            out.writeNumber(new BigDecimal(text));
        }
    }

    /** The current value of the parser as JSON in UTF-8; the parser is then at the last token of the value. */
    byte[] read() {
        BoundedBytes bytes = new BoundedBytes();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            int depth = 0;
            for (JsonToken token = in.currentToken(); token != null; token = in.nextToken()) {
                copy(token, out);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    break;
                }
            }
        }
        return bytes.toByteArray();
    }

    private void copy(JsonToken token, JsonGenerator out) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            copyFraction(out);
        } else if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            copyObject(in.getEmbeddedObject(), out);
        } else {
            out.copyCurrentEvent(in);
        }
    }

    private void copyFraction(JsonGenerator out) {
        if (in.isNaN()) {
            throw failure("has a number that is not finite, which JSON does not have");
        }
        String text = in.getString();
        out.writeNumber(
                NUMBER.matcher(text).matches() ? text : in.getDecimalValue().toString());
    }

    /** Binary formats have bytes, which are base64 in JSON. */
    private void copyObject(Object object, JsonGenerator out) {
        if (object instanceof byte[] data) {
            out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, data, 0, data.length);
        } else if (object == null) {
            out.writeNull();
        } else {
            throw failure("has an object of " + object.getClass().getName() + ", which is not JSON");
        }
    }

    private MismatchedInputException failure(String problem) {
        return MismatchedInputException.from(in, type, type.getSimpleName() + " " + problem);
    }

    /** Fails as soon as there are too many bytes. */
    private final class BoundedBytes extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int next) {
            check(1);
            super.write(next);
        }

        @Override
        public synchronized void write(byte[] buffer, int offset, int length) {
            check(length);
            super.write(buffer, offset, length);
        }

        private void check(int more) {
            if (more > maxBytes - count) {
                throw failure("has more than " + maxBytes + " bytes; raise maxBytes of PosternModule");
            }
        }
    }
}
