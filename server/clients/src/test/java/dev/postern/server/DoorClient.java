package dev.postern.server;

import java.util.List;

/** What the tests ask of a client of a vendor's API that others wrote. */
interface DoorClient extends AutoCloseable {
    /**
     * A call of a tool.
     *
     * @param arguments as JSON text, or as the client shows them
     */
    record Call(String id, String name, String arguments) {}

    /** The result of a call. */
    record Result(Call call, String text) {}

    /**
     * An answer.
     *
     * @param stopReason in Anthropic's words
     * @param itself the client's own object, which it gets back in the next request
     */
    record Reply(
            String text,
            String thinking,
            List<Call> calls,
            String stopReason,
            long inputTokens,
            long outputTokens,
            Object itself) {}

    /**
     * A request.
     *
     * @param thinking whether the model is asked to think
     * @param turns in order: a {@link String} of the user, a {@link Reply}, or a list of each {@link Result}
     */
    record Ask(String model, boolean stream, boolean thinking, List<Object> turns) {}

    /** The tool that each request offers. It has one argument, {@code city}. */
    String TOOL = "get_weather";

    /** Sends a request, with the client's default retries. */
    Reply ask(Ask ask) throws Exception;

    /** Begins a stream, waits for its first text, and gives up. */
    void abort(Ask ask) throws Exception;

    @Override
    void close() throws Exception;
}
