package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.LlmException;
import dev.postern.Message;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * @param context who asks, and for what: tenant, trace, deadline, attributes. All calls and tools of the run get it. Its user and session
 *     are those of the input
 */
public record AgentInput(
        String message,
        String sessionId,
        String user,
        CallOptions options,
        List<Message> transcript,
        CallContext context) {

    /**
     * Refuses an empty message, and a transcript in which a call has no result. A user or session that is empty is taken from the
     * context; any other one replaces that of the context.
     */
    public AgentInput {
        transcript = List.copyOf(transcript);
        if (!transcript.isEmpty()) {
            Turn.checkBeginning(transcript);
        } else if (message.isBlank()) {
            throw new LlmException(LlmException.Kind.INVALID_REQUEST, "message: must not be empty");
        }
        Objects.requireNonNull(options, "options");
        sessionId = sessionId.isEmpty() ? context.session() : sessionId;
        user = user.isEmpty() ? context.user() : user;
        context = agreeing(context, sessionId, user);
    }

    /** Creates the input of a run without a context. */
    public AgentInput(String message, String sessionId, String user, CallOptions options, List<Message> transcript) {
        this(message, sessionId, user, options, transcript, CallContext.NONE);
    }

    private static CallContext agreeing(CallContext context, String sessionId, String user) {
        return context.session().equals(sessionId) && context.user().equals(user)
                ? context
                : context.toBuilder().session(sessionId).user(user).build();
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
        return new AgentInput(message, id, user, options, transcript, agreeing(context, id, user));
    }

    /** Returns a copy with another user. */
    public AgentInput withUser(String name) {
        return new AgentInput(message, sessionId, name, options, transcript, agreeing(context, sessionId, name));
    }

    /** Returns a copy with other call options. */
    public AgentInput withOptions(CallOptions callOptions) {
        return new AgentInput(message, sessionId, user, callOptions, transcript, context);
    }

    /**
     * Returns a copy with another context. A user or session of the context that is not empty becomes that of the input; an empty one
     * keeps that of the input. So what is set last counts. The run ends at the deadline of the context at the latest, as it does at
     * {@link AgentLimits#totalTime()}; a deadline that is over before the run begins fails it with {@link LlmException.Kind#TIMEOUT}.
     */
    public AgentInput withContext(CallContext who) {
        return new AgentInput(
                message,
                who.session().isEmpty() ? sessionId : who.session(),
                who.user().isEmpty() ? user : who.user(),
                options,
                transcript,
                who);
    }

    /**
     * Whether all parts are equal. The context is not compared, except for its user and session, as it takes no part in the equality of
     * requests either.
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AgentInput that
                && message.equals(that.message)
                && sessionId.equals(that.sessionId)
                && user.equals(that.user)
                && options.equals(that.options)
                && transcript.equals(that.transcript);
    }

    @Override
    public int hashCode() {
        return Objects.hash(message, sessionId, user, options, transcript);
    }

    /** Shows the length of the message, not the message, which may be private. */
    @Override
    public String toString() {
        return "AgentInput[" + message.length() + " characters" + (sessionId.isEmpty() ? "" : ", session " + sessionId)
                + "]";
    }
}
