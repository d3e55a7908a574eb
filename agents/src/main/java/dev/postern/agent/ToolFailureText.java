package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolCall;

/**
 * Says what the model is told when a tool, an approval hook or an agent that was asked fails. The model's backend reads it as
 * well, and a model may repeat it to a user, so it should hold nothing that is secret. Called by any thread, and must be
 * thread-safe. If it throws, the model is told the class of the failure.
 */
@FunctionalInterface
public interface ToolFailureText {
    /**
     * The default: the message of a {@link ToolException}; of an {@link LlmException} its class and kind; of anything else
     * the simple name of its class.
     */
    ToolFailureText CLASS_ONLY = (call, thrown) -> ToolFailures.plain(thrown);

    /** The class and the message of every failure, for tools whose messages hold nothing that is secret. */
    ToolFailureText WITH_MESSAGE = (call, thrown) -> ToolFailures.full(thrown);

    /**
     * What the model is told; the beginning {@code Error: } is added.
     *
     * @param call what the model asked for
     * @param thrown what failed, without the exceptions that futures put around it
     */
    String of(ToolCall call, Throwable thrown);
}
