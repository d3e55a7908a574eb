package dev.postern;

import java.util.Locale;

/** Who speaks in a {@link Message}. */
public enum Role {
    /** Instructions of the application. May stand anywhere in a conversation. */
    SYSTEM,
    /**
     * OpenAI's newer name for {@link #SYSTEM}. A backend that is not known to know it gets a message of the system instead,
     * because some servers drop a message of an unknown role without an error.
     */
    DEVELOPER,
    /** The user, and by convention also the results of tools. */
    USER,
    /** The model: text, reasoning and tool calls. */
    ASSISTANT,
    /** The results of tools. */
    TOOL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The word of the gateway format: {@code system}, {@code developer}, {@code user}, {@code assistant} or {@code tool}. */
    public String wire() {
        return wire;
    }
}
