package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import java.time.Instant;
import java.util.List;

/**
 * Stores the conversations of agents, by agent and session.
 *
 * <p>It stores whole {@linkplain Turn turns}. A turn is added in one step, when it is complete, and dropped in one
 * step. So a history is a valid conversation, whichever turn is its first.
 *
 * <p>All methods may be called from any thread at any time, and may block. If two runs of one session overlap, each
 * gets the history at its start. Both turns are stored whole, in the order in which the runs end.
 *
 * <p>If a method fails, the run continues and {@link AgentResult#memoryFailures()} lists the failure, unless the agent
 * has {@link AgentBuilder#memoryRequired}. The key of an agent's session is {@link Agent#sessionKey}.
 *
 * <p>Failures are {@link LlmException}s. {@link SessionKey} refuses names that cannot be stored.
 */
public interface ConversationMemory {
    /** How many sessions {@link #sessions(String)} lists at most. */
    int LIST_LIMIT = 1000;

    /**
     * Returns the messages of the last turns, oldest first; empty for an unknown session.
     *
     * @param turns how many turns at most
     */
    List<Message> history(SessionKey session, int turns);

    /** Adds a turn to the end of a session, and creates the session if it does not exist. */
    void append(SessionKey session, Turn turn);

    /**
     * Returns the agent's latest sessions in the order {@link SessionInfo#NEWEST_FIRST}, at most {@value #LIST_LIMIT}.
     */
    default List<SessionInfo> sessions(String agent) {
        return sessions(agent, LIST_LIMIT);
    }

    /** Returns the agent's latest sessions in the order {@link SessionInfo#NEWEST_FIRST}, at most {@code limit}. */
    List<SessionInfo> sessions(String agent, int limit);

    /**
     * Deletes a session with all its turns. A turn that is running is not stopped; when it ends, it starts the session
     * again.
     *
     * @return whether there was one
     */
    boolean delete(SessionKey session);

    /** Deletes an agent's sessions except the {@code keep} latest ones. */
    Cleanup cleanup(String agent, int keep);

    /**
     * Deletes the sessions of all agents whose latest turn is older.
     *
     * @return how many sessions were deleted
     */
    int deleteBefore(Instant moment);

    /**
     * The result of a cleanup.
     *
     * @param deleted how many sessions were deleted
     * @param kept how many are left
     */
    record Cleanup(int deleted, int kept) {}
}
