package dev.postern.config;

/** What a {@link Source} reads, apart from keys. */
enum Token {
    /** The start of a section; its keys follow. */
    SECTION,
    /** The start of a list. */
    LIST,
    /** The end of a list. */
    LIST_END,
    /** Text. */
    TEXT,
    /** A number, as it is written. */
    NUMBER,
    /** The value {@code true}. */
    TRUE,
    /** The value {@code false}. */
    FALSE,
    /** The value null. */
    NULL,
    /** An alias, whose text is the name of an anchor. */
    ALIAS,
    /** The end of the text. */
    END
}
