package dev.postern.agent;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.Message;
import java.util.List;
import java.util.Objects;

/**
 * The input of a run.
 *
 * @param message the user's message
 * @param sessionId the session to continue; empty for a new one
 * @param user the user, if each user has sessions and memories of their own; empty for none
 * @param options the options of each request to the agent's backend, such as the user's own credentials. An agent that
 *     this one calls gets them only if it uses the same backend of the same provider object; otherwise it gets {@link
 *     CallOptions#forBackend}. Set options for other backends with {@link CallOptions.Builder#backend}
 * @param transcript the messages of a failed run to continue; empty for a new run
 */
public record AgentInput(String message, String sessionId, String user, CallOptions options, List<Message> transcript) {

    /** Refuses an empty message, and a transcript in which a call has no result. */
    public AgentInput {
        transcript = List.copyOf(transcript);
        if (!transcript.isEmpty()) {
            Turn.checkBeginning(transcript);
        } else if (message.isBlank()) {
            throw new LlmException(LlmException.Kind.INVALID_REQUEST, "message: must not be empty");
        }
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(options, "options");
    }

    /** Returns the input of a run with a message in a new session. */
    public static AgentInput of(String message) {
        return new AgentInput(message, "", "", CallOptions.NONE, List.of());
    }

    /**
     * Returns the input that continues a failed run. The model gets the messages and the tool results of that run, and
     * no call of the transcript runs again. Set the same session and user as before. The whole turn is stored when the
     * new run ends without an exception. The limits of the new run count from zero.
     *
     * <pre>{@code
     * try {
     *     result = agent.run(input);
     * } catch (LlmException e) {
     *     result = agent.run(AgentInput.resuming(e.transcript()) // later
     *             .withSession(input.sessionId())
     *             .withUser(input.user())
     *             .withOptions(input.options()));
     * }
     * }</pre>
     *
     * @param transcript {@link LlmException#transcript()} of the run that failed
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if it is empty, or not the beginning of a
     *     turn
     */
    public static AgentInput resuming(List<Message> transcript) {
        if (transcript.isEmpty()) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "transcript: is empty, because the failure did not happen in a run; start a run with a message");
        }
        return new AgentInput(transcript.get(0).text(), "", "", CallOptions.NONE, transcript);
    }

    /** Returns the messages of the turn at the start of the run. */
    List<Message> openingMessages() {
        return transcript.isEmpty() ? List.of(Message.user(message)) : transcript;
    }

    /** Returns a copy with another session. */
    public AgentInput withSession(String id) {
        return new AgentInput(message, id, user, options, transcript);
    }

    /** Returns a copy with another user. */
    public AgentInput withUser(String name) {
        return new AgentInput(message, sessionId, name, options, transcript);
    }

    /** Returns a copy with other call options. */
    public AgentInput withOptions(CallOptions callOptions) {
        return new AgentInput(message, sessionId, user, callOptions, transcript);
    }

    /** Shows the length of the message, not the message, which may be private. */
    @Override
    public String toString() {
        return "AgentInput[" + message.length() + " characters" + (sessionId.isEmpty() ? "" : ", session " + sessionId)
                + "]";
    }
}
