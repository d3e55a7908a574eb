package dev.postern.config;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/** A text that is being parsed, in one of two languages. */
interface Source extends AutoCloseable {
    /** The parser, before its first token. */
    JsonParser parser();

    /** Whether the value is an alias, whose text is then the name of the anchor. */
    boolean isAlias();

    /** The anchor of the value or key, unless that is an alias. */
    Optional<String> anchor();

    /** Whether the key is written without quotes, so that {@code <<} merges. */
    boolean isPlainKey();

    /** Whether a further document may follow the first one. */
    boolean isYaml();

    /** What the parser found wrong, in words that show nothing of the text. */
    Fault fault(JacksonException e);

    @Override
    default void close() {
        parser().close();
    }

    /**
     * What is wrong with a text.
     *
     * @param line where, from 1 on; 0 if that is not known
     * @param sentence what; it goes on after the place
     */
    record Fault(int line, String sentence) {}
}
