package dev.postern.config;

import dev.postern.LlmException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON with Jackson's parser. */
final class JsonSource implements Source {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DocumentReader.MAX_DEPTH + 1) // the reader checks the depth first
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final ConfigText source;
    private final JsonParser parser;
    private String text = "";

    JsonSource(ConfigText source) {
        this.source = source;
        parser = FACTORY.createParser(ObjectReadContext.empty(), source.text());
    }

    @Override
    public Token next() {
        try {
            return token(parser.nextToken());
        } catch (JacksonException e) {
            throw error(e);
        }
    }

    private Token token(@Nullable JsonToken token) {
        if (token == null) {
            return Token.END;
        }
        text = token.isScalarValue() ? parser.getString() : "";
        return switch (token) {
            case START_OBJECT -> Token.SECTION;
            case START_ARRAY -> Token.LIST;
            case END_ARRAY -> Token.LIST_END;
            case VALUE_STRING -> Token.TEXT;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER;
            case VALUE_TRUE -> Token.TRUE;
            case VALUE_FALSE -> Token.FALSE;
            case VALUE_NULL -> Token.NULL;
            default -> throw new IllegalStateException("JSON has no token " + token);
        };
    }

    @Override
    public boolean nextKey() {
        try {
            if (parser.nextToken() == JsonToken.END_OBJECT) {
                return false;
            }
            text = parser.currentName();
            return true;
        } catch (JacksonException e) {
            throw error(e);
        }
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    @Override
    public @Nullable String anchor() {
        return null;
    }

    @Override
    public @Nullable String tag() {
        return null;
    }

    @Override
    public boolean isPlainKey() {
        return false;
    }

    @Override
    public boolean hasDocuments() {
        return false;
    }

    private LlmException error(JacksonException e) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        if (e instanceof UnexpectedEndOfInputException) {
            return source.error(line, "the JSON text ends too early; is a brace, a bracket or a quote not closed?");
        }
        if (e instanceof StreamConstraintsException) {
            return source.error(line, "a name or number is too long, or the JSON text is nested too deeply");
        }
        String message = String.valueOf(e.getOriginalMessage()); // searched for what the parser expected, never shown
        if (message.contains("double-quote to start")) {
            return source.error(line, "a name in double quotes is expected here; is there a trailing comma?");
        }
        if (message.contains("comma to separate")) {
            return source.error(line, "a comma is missing before this");
        }
        int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        return source.error(line, "this is not valid JSON" + (column > 0 ? ", at column " + column : ""));
    }
}
