package dev.postern.agent;

import dev.postern.Message;
import java.time.Instant;
import java.util.List;

/** A memory of which a test can override some methods. */
class ForwardingMemory implements ConversationMemory {
    private final ConversationMemory memory;

    ForwardingMemory(ConversationMemory memory) {
        this.memory = memory;
    }

    @Override
    public List<Message> history(SessionKey session, int turns) {
        return memory.history(session, turns);
    }

    @Override
    public void append(SessionKey session, Turn turn) {
        memory.append(session, turn);
    }

    @Override
    public List<SessionInfo> sessions(String agent, int limit) {
        return memory.sessions(agent, limit);
    }

    @Override
    public boolean delete(SessionKey session) {
        return memory.delete(session);
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        return memory.cleanup(agent, keep);
    }

    @Override
    public int deleteBefore(Instant moment) {
        return memory.deleteBefore(moment);
    }
}
