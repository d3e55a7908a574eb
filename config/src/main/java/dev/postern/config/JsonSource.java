package dev.postern.config;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/** JSON, as Jackson's own parser reads it. */
record JsonSource(JsonParser parser) implements Source {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DocumentReader.MOST_DEPTH + 1) // ours is the one that speaks
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    static JsonSource of(String text) {
        return new JsonSource(FACTORY.createParser(ObjectReadContext.empty(), text));
    }

    @Override
    public boolean isAlias() {
        return false;
    }

    @Override
    public Optional<String> anchor() {
        return Optional.empty();
    }

    @Override
    public boolean isPlainKey() {
        return false;
    }

    @Override
    public boolean isYaml() {
        return false;
    }

    @Override
    public Fault fault(JacksonException e) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        if (e instanceof UnexpectedEndOfInputException) {
            return new Fault(line, "the JSON text ends too early; is a brace, a bracket or a quote not closed?");
        }
        if (e instanceof StreamConstraintsException) {
            return new Fault(line, "a name or number is too long, or the JSON text is nested too deeply");
        }
        String message = String.valueOf(e.getOriginalMessage()); // says what was due; only its own words are looked at
        if (message.contains("double-quote to start")) {
            return new Fault(line, "a name in double quotes is due here; is there a comma too many?");
        }
        if (message.contains("comma to separate")) {
            return new Fault(line, "a comma is missing before this");
        }
        int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        return new Fault(line, "this is not JSON" + (column > 0 ? ", at column " + column : ""));
    }
}
