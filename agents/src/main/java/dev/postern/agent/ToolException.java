package dev.postern.agent;

import java.util.Objects;

/**
 * A failure of a tool, or of a {@link ToolApproval}, with a message that the model may read: thrown by a tool's function, or
 * the failure of the stage that it returned. Of any other exception the model is told the class alone, unless {@link
 * AgentBuilder#toolFailures} says otherwise.
 *
 * <pre>{@code
 * city -> {
 *     if (!known(city)) {
 *         throw new ToolException("There is no forecast for " + city.name() + ". Name a larger city nearby.");
 *     }
 *     return forecast(city);
 * }
 * }</pre>
 */
public final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure that the model is told in these words. */
    public ToolException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /** The same with the exception that led to it, of which the model is told nothing. */
    public ToolException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }
}
