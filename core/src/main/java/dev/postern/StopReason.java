package dev.postern;

import java.util.Locale;

/**
 * Why a model stopped: one vocabulary for every backend. The backend's own word is kept in the answer's server info under
 * {@link CompletionResponse#FINISH_REASON}.
 */
public enum StopReason {
    /** The model had said all it wanted to say. */
    END_TURN,
    /** The model asks for tools to be run. An answer that holds tool calls stops for this reason, whatever the backend said. */
    TOOL_USE,
    /** The token limit of the request or of the model was reached. */
    MAX_TOKENS,
    /** One of the request's stop sequences was produced. */
    STOP_SEQUENCE,
    /** The backend's content filter, or the model itself, withheld the rest. */
    CONTENT_FILTER,
    /** The backend gave no reason, or one that this version does not know. */
    OTHER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The word of the gateway format, for example {@code end_turn}. */
    public String wire() {
        return wire;
    }
}
