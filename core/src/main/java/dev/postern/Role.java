package dev.postern;

import java.util.Locale;

/** The role of the author of a {@link Message}. */
public enum Role {
    /** Instructions of the application. May stand anywhere in a conversation. */
    SYSTEM,
    /**
     * OpenAI's newer name for {@link #SYSTEM}. A backend gets the role {@code system} instead unless it is known to
     * support this one, because some servers drop a message with an unknown role without an error.
     */
    DEVELOPER,
    /** The user, and by convention also the results of tools. */
    USER,
    /** The model: text, reasoning and tool calls. */
    ASSISTANT,
    /** The results of tools. */
    TOOL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /**
     * The name in the gateway's wire format: {@code system}, {@code developer}, {@code user}, {@code assistant} or
     * {@code tool}.
     */
    public String wire() {
        return wire;
    }
}
