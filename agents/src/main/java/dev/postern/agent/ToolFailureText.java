package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;

/**
 * Makes the text for the model when a tool, an approval hook or a called agent fails. The text must contain no secrets,
 * because it is sent to the backend and the model may repeat it to a user. Any thread can call it, so it must be
 * thread-safe. If it throws, the model is told the class of the failure.
 */
@FunctionalInterface
public interface ToolFailureText {
    /**
     * The default: the message of a {@link ToolException}, the class and kind of an {@link LlmException}, the simple
     * class name of any other exception.
     */
    ToolFailureText CLASS_ONLY = (call, thrown) -> ToolFailures.classOnly(thrown);

    /** The class and the message of every failure, for tools whose messages contain no secrets. */
    ToolFailureText WITH_MESSAGE = (call, thrown) -> ToolFailures.withMessage(thrown);

    /**
     * Returns the text. {@code Error: } is added in front of it.
     *
     * @param call the model's call
     * @param thrown the exception, without the wrappers of futures
     */
    String of(ToolCall call, Throwable thrown);
}
