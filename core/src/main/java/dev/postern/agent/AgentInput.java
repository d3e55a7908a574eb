package dev.postern.agent;

import dev.postern.CallOptions;
import dev.postern.LlmException;
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
 */
public record AgentInput(String message, String sessionId, String user, CallOptions options) {

    /** Refuses an empty message. */
    public AgentInput {
        if (message.isBlank()) {
            throw new LlmException(LlmException.Kind.INVALID_REQUEST, "message: must not be empty");
        }
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(options, "options");
    }

    /** A message in a new session. */
    public static AgentInput of(String message) {
        return new AgentInput(message, "", "", CallOptions.NONE);
    }

    /** This, in a session. */
    public AgentInput inSession(String id) {
        return new AgentInput(message, id, user, options);
    }

    /** This, said by a user. */
    public AgentInput by(String name) {
        return new AgentInput(message, sessionId, name, options);
    }

    /** This, sent in this way. */
    public AgentInput with(CallOptions how) {
        return new AgentInput(message, sessionId, user, how);
    }

    /** Who and where, not what. */
    @Override
    public String toString() {
        return "AgentInput[" + message.length() + " characters" + (sessionId.isEmpty() ? "" : ", session " + sessionId)
                + "]";
    }
}
