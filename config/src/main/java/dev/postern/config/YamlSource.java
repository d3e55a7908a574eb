package dev.postern.config;

import java.io.StringReader;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * YAML, as Jackson's parser over SnakeYAML Engine reads it, with the core schema of YAML 1.2. With {@link
 * AnchorFactory} the one class that touches either of them: they need not be there, and are looked for when it is first
 * used.
 */
final class YamlSource implements Source {
    private static final AnchorFactory FACTORY = new AnchorFactory(YAMLFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DocumentReader.MOST_DEPTH + 1)
                    .build())
            .loadSettings(LoadSettings.builder()
                    .setSchema(new CoreSchema())
                    .setAllowDuplicateKeys(true) // the reader refuses them, in better words
                    .setCodePointLimit(SourceText.MOST + 1)
                    .build()));

    private final AnchorFactory.AnchorParser parser;
    private final String text;

    private YamlSource(AnchorFactory.AnchorParser parser, String text) {
        this.parser = parser;
        this.text = text;
    }

    static YamlSource of(String text) {
        return new YamlSource(
                (AnchorFactory.AnchorParser) FACTORY.createParser(ObjectReadContext.empty(), new StringReader(text)),
                text);
    }

    @Override
    public JsonParser parser() {
        return parser;
    }

    @Override
    public boolean isAlias() {
        return parser.isCurrentAlias();
    }

    @Override
    public Optional<String> anchor() {
        return parser.anchor();
    }

    @Override
    public boolean isPlainKey() {
        return parser.isPlain();
    }

    @Override
    public boolean isYaml() {
        return true;
    }

    @Override
    public Fault fault(JacksonException e) {
        if (e.getCause() instanceof MarkedYamlEngineException marked) {
            return fault(marked);
        }
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Expected a property name")) {
            return new Fault(line, "a key has to be plain text, no list, section or alias");
        }
        if (message.contains("special characters are not allowed")) {
            return new Fault(0, "holds characters that stand in no text; is it a configuration?");
        }
        return new Fault(line, "this is not YAML that can be read here");
    }

    /** The parser's problems are known sentences, of which the rest may be the user's text. */
    private Fault fault(MarkedYamlEngineException e) {
        int line = line(e.getProblemMark());
        int begin = e.getContextMark().isPresent() ? line(e.getContextMark()) : line;
        String context = String.valueOf(e.getContext());
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("(TAB)")) {
            if (isBlank(line)) {
                return new Fault(line, "this line looks empty, but has a tab in it; delete the tab");
            }
            return new Fault(line, "a tab stands where only spaces may; indent with spaces");
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return new Fault(
                    line,
                    "a colon stands where none may; check the indentation, and put text that holds ': ' in quotes");
        }
        if (problem.startsWith("sequence entries are not allowed")) {
            return new Fault(line, "the dash of a list stands where none may; begin the list on a line of its own");
        }
        if (context.contains("quoted scalar") && problem.contains("end of stream")) {
            return new Fault(begin, "a quote that begins here is not closed");
        }
        if (context.contains("simple key")) {
            return new Fault(begin, "a colon and a space are missing after this key, or the indentation is wrong");
        }
        if (context.contains("a flow ")) {
            return new Fault(begin, "a brace or bracket that begins here is not closed, or a comma in it is missing");
        }
        if (problem.startsWith("expected <block end>")) {
            return new Fault(line, "the indentation does not fit that of the lines above");
        }
        if (problem.startsWith("found unknown escape")) {
            return new Fault(
                    line, "a backslash in double quotes begins an escape that YAML does not know; use single quotes");
        }
        if (problem.contains("cannot start any token")) {
            return new Fault(line, "text begins with a character that means something else in YAML; put it in quotes");
        }
        return new Fault(line, "this is not YAML that can be read here");
    }

    private boolean isBlank(int line) {
        return text.lines().skip(line - 1L).findFirst().orElse("x").isBlank();
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }
}
