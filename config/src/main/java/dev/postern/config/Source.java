package dev.postern.config;

import org.jspecify.annotations.Nullable;

/**
 * A text that is read token by token. {@link #next} and {@link #nextKey} read; the other methods describe what was read
 * last. A malformed text is an {@link dev.postern.LlmException} of kind CONFIGURATION, whose message does not quote the text.
 */
interface Source {
    /** Reads a value, the end of a list, or the end of the text. In YAML, no token separates the documents. */
    Token next();

    /** Reads the next key of a section; false at the section's end. */
    boolean nextKey();

    /** The text of a key or value; the anchor that an alias names. */
    String text();

    /** The line in which the key or value starts, from 1 on. */
    int line();

    /** The anchor of the value or key; null if it has none. */
    @Nullable
    String anchor();

    /** The tag of the value or key, with its prefix; null if it has none. */
    @Nullable
    String tag();

    /** Whether the key is written without quotes. Only such a {@code <<} merges. */
    boolean isPlainKey();

    /** Whether another document may follow the first one. */
    boolean hasDocuments();
}
