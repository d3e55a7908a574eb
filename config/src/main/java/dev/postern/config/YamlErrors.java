package dev.postern.config;

import dev.postern.LlmException;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Words the problems that the YAML parser finds. The parser's messages may quote the user's text, so they are searched for
 * known phrases and never shown.
 */
final class YamlErrors {
    private static final String UNREADABLE = "this is not valid YAML";

    private final ConfigText source;

    YamlErrors(ConfigText source) {
        this.source = source;
    }

    /** The line of a mark, from 1 on; 0 if there is no mark. */
    static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(-1) + 1;
    }

    /** The error of a problem that the reader found. */
    LlmException of(int line, String sentence) {
        return source.error(line, sentence);
    }

    /** The error of a problem that the parser found; {@code lastLine} is where it stood before. */
    LlmException of(YamlEngineException e, int lastLine) {
        if (e instanceof MarkedYamlEngineException marked) {
            return of(marked);
        }
        return e instanceof ReaderException
                ? of(0, "contains characters that text cannot contain; is it a configuration file?")
                : of(lastLine, UNREADABLE);
    }

    private LlmException of(MarkedYamlEngineException e) {
        int line = line(e.getProblemMark());
        int begin = e.getContextMark().isPresent() ? line(e.getContextMark()) : line;
        String context = String.valueOf(e.getContext());
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("(TAB)")) {
            return of(
                    line,
                    isBlank(line)
                            ? "this line looks empty but contains a tab; delete the tab"
                            : "a tab is not allowed here; indent with spaces");
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return of(
                    line,
                    "a colon is not allowed here; check the indentation, and put text that contains ': ' in quotes");
        }
        if (problem.startsWith("sequence entries are not allowed")) {
            return of(line, "the dash of a list is not allowed here; start the list on a new line");
        }
        if (context.contains("quoted scalar") && problem.contains("end of stream")) {
            return of(begin, "a quote that begins here is not closed");
        }
        if (context.contains("simple key")) {
            return of(begin, "a colon and a space are missing after this key, or the indentation is wrong");
        }
        if (context.contains("a flow ")) {
            return of(begin, "a brace or bracket that begins here is not closed, or a comma in it is missing");
        }
        if (problem.startsWith("expected <block end>")) {
            return of(line, "the indentation does not fit that of the lines above");
        }
        if (problem.startsWith("found unknown escape")) {
            return of(line, "a backslash in double quotes begins an escape that YAML does not know; use single quotes");
        }
        if (problem.contains("cannot start any token")) {
            return of(line, "text cannot begin with this character in YAML; put it in quotes");
        }
        return of(line, UNREADABLE);
    }

    private boolean isBlank(int line) {
        return source.text().lines().skip(line - 1L).findFirst().orElse("x").isBlank();
    }
}
