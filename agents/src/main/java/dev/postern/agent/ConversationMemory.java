package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import java.time.Instant;
import java.util.List;

/**
 * The history of agents' conversations, by agent and session.
 *
 * <p>What is kept is {@linkplain Turn turns}, always whole: a turn is stored when it has ended well, in one step, and is
 * dropped in one step. So a history is a valid conversation wherever it begins.
 *
 * <p>All methods may be called from any thread at any time, and may block. When two turns of one session run at the same
 * time, each is answered with the history that was there when it began, and both are kept, one after the other, in the
 * order in which they ended; none is lost, doubled or mixed with the other.
 *
 * <p>A run that a failure here concerns goes on, and tells it in {@link AgentResult#memoryFailures()}, unless the agent was
 * made with {@link AgentBuilder#memoryRequired}. The key of an agent's session is {@link Agent#sessionKey}.
 *
 * <p>Failures are {@link LlmException}s. Names that cannot be kept never get here: {@link SessionKey} refuses them.
 */
public interface ConversationMemory {
    /** How many sessions {@link #sessions(String)} lists at most. */
    int LIST_LIMIT = 1000;

    /**
     * The messages of the last turns, oldest first; empty for a session that is not known.
     *
     * @param turns how many turns at most
     */
    List<Message> history(SessionKey session, int turns);

    /** Adds a turn to the end of a session, which begins with it if it is not known. */
    void append(SessionKey session, Turn turn);

    /** The agent's sessions, as {@link SessionInfo#NEWEST_FIRST} has it, at most {@value #LIST_LIMIT}. */
    default List<SessionInfo> sessions(String agent) {
        return sessions(agent, LIST_LIMIT);
    }

    /** The agent's latest sessions, as {@link SessionInfo#NEWEST_FIRST} has it, at most {@code limit}. */
    List<SessionInfo> sessions(String agent, int limit);

    /**
     * Forgets a session with all its turns. A turn that is running is not stopped: when it ends, the session begins anew.
     *
     * @return whether there was one
     */
    boolean delete(SessionKey session);

    /** Forgets an agent's sessions but for the {@code keep} latest ones. */
    Cleanup cleanup(String agent, int keep);

    /**
     * Forgets the sessions of all agents whose latest turn is older.
     *
     * @return how many these were
     */
    int deleteBefore(Instant moment);

    /**
     * What a cleanup did.
     *
     * @param deleted how many sessions are gone
     * @param kept how many are left
     */
    record Cleanup(int deleted, int kept) {}
}
