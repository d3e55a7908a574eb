package dev.postern;

import java.util.Locale;

/**
 * Why a model stopped, the same for every backend. The backend's own value is in the answer's server info under
 * {@link CompletionResponse#FINISH_REASON}.
 */
public enum StopReason {
    /** The model finished its answer. */
    END_TURN,
    /** The model calls tools. Every answer with tool calls has this reason, whatever the backend reported. */
    TOOL_USE,
    /** The token limit of the request or of the model was reached. */
    MAX_TOKENS,
    /** The model produced one of the request's stop sequences. */
    STOP_SEQUENCE,
    /** The backend's content filter, or the model itself, withheld the rest. */
    CONTENT_FILTER,
    /** The backend gave no reason, or one that this version does not know. */
    OTHER;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in the gateway's wire format, for example {@code end_turn}. */
    public String wire() {
        return wire;
    }
}
