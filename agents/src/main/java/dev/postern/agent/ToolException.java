package dev.postern.agent;

import java.util.Objects;

/**
 * A failure of a tool or of a {@link ToolApproval} whose message the model may read. Throw it, or fail the returned
 * stage with it. For any other exception the model is told the class only, unless {@link AgentBuilder#toolFailures} is
 * set.
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

    /** Creates a failure. The model gets the message. */
    public ToolException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /** Creates a failure with a cause. The model gets the message only. */
    public ToolException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
    }
}
