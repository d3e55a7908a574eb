package dev.postern.agent;

import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.Message;
import java.util.List;
import java.util.Objects;

/**
 * What a run begins with.
 *
 * @param message what the user says
 * @param sessionId the session to go on with; empty for a new one
 * @param user who speaks, where users have sessions and memories of their own; empty for none
 * @param options how each request to the agent's backend is sent, such as credentials of the user's own. An agent that this
 *     one asks gets them only if it asks the same backend of the same provider object; else it gets what {@link
 *     CallOptions#forBackend} leaves, so give options for other backends with {@link CallOptions.Builder#backend}
 * @param transcript what a run that failed had said and done, to go on from there; empty for a new run
 */
public record AgentInput(String message, String sessionId, String user, CallOptions options, List<Message> transcript) {

    /** Refuses an empty message, and a transcript in which a call lacks its result. */
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

    /** What a new run begins with. */
    public AgentInput(String message, String sessionId, String user, CallOptions options) {
        this(message, sessionId, user, options, List.of());
    }

    /** A message in a new session. */
    public static AgentInput of(String message) {
        return new AgentInput(message, "", "", CallOptions.NONE);
    }

    /**
     * Goes on where a run failed: the model reads what was said and which results the tools gave, and no tool runs again for
     * a call that is in the transcript. Name the same session and user as before. The whole turn is stored when the new run
     * has ended well. The limits begin anew.
     *
     * <pre>{@code
     * try {
     *     result = agent.run(input);
     * } catch (LlmException e) {
     *     result = agent.run(AgentInput.resuming(e.transcript()) // later
     *             .inSession(input.sessionId())
     *             .by(input.user())
     *             .with(input.options()));
     * }
     * }</pre>
     *
     * @param transcript {@link LlmException#transcript()} of the run that failed
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if it is empty, or no beginning of a turn
     */
    public static AgentInput resuming(List<Message> transcript) {
        if (transcript.isEmpty()) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "transcript: is empty, as of a failure outside of a run; begin with a message");
        }
        return new AgentInput(transcript.get(0).text(), "", "", CallOptions.NONE, transcript);
    }

    /** What is said when the run begins. */
    List<Message> said() {
        return transcript.isEmpty() ? List.of(Message.user(message)) : transcript;
    }

    /** This, in a session. */
    public AgentInput inSession(String id) {
        return new AgentInput(message, id, user, options, transcript);
    }

    /** This, said by a user. */
    public AgentInput by(String name) {
        return new AgentInput(message, sessionId, name, options, transcript);
    }

    /** This, sent in this way. */
    public AgentInput with(CallOptions how) {
        return new AgentInput(message, sessionId, user, how, transcript);
    }

    /** Who and where, not what. */
    @Override
    public String toString() {
        return "AgentInput[" + message.length() + " characters" + (sessionId.isEmpty() ? "" : ", session " + sessionId)
                + "]";
    }
}
