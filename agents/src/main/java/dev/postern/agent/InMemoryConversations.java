package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * Stores conversations in the memory of this process only, with bounds: when one is exceeded, the least recently used
 * session is dropped. Thread-safe. Methods wait only for a lock that is held briefly.
 */
public final class InMemoryConversations implements ConversationMemory {
    private final Clock clock;
    private final Object lock = new Object();
    private final BoundedSessions sessions; // guarded by the lock

    private InMemoryConversations(Builder builder) {
        sessions = new BoundedSessions(builder.maxSessions, builder.maxTurns, builder.maxCharacters, builder.maxIdle);
        clock = builder.clock;
    }

    /** Creates an empty memory with the defaults. */
    public static InMemoryConversations create() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<Message> history(SessionKey session, int turns) {
        Validation.atLeastZero("turns", turns);
        synchronized (lock) {
            return List.copyOf(sessions.messages(session, turns, dropIdle()));
        }
    }

    @Override
    public void append(SessionKey session, Turn turn) {
        long size = SizeEstimate.of(turn);
        synchronized (lock) {
            sessions.append(session, turn, size, dropIdle());
        }
    }

    @Override
    public List<SessionInfo> sessions(String agent, int limit) {
        SessionKey.checkAgent(agent);
        Validation.atLeastZero("limit", limit);
        List<SessionInfo> found;
        synchronized (lock) {
            dropIdle();
            found = sessions.ofAgent(agent);
        }
        found.sort(SessionInfo.NEWEST_FIRST);
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    @Override
    public boolean delete(SessionKey session) {
        synchronized (lock) {
            dropIdle();
            return sessions.remove(session);
        }
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        Validation.atLeastZero("keep", keep);
        synchronized (lock) {
            List<SessionInfo> all = sessions(agent, Integer.MAX_VALUE);
            List<SessionInfo> old = all.subList(Math.min(keep, all.size()), all.size());
            old.forEach(info -> sessions.remove(info.key()));
            return new Cleanup(old.size(), all.size() - old.size());
        }
    }

    @Override
    public int deleteBefore(Instant moment) {
        synchronized (lock) {
            return sessions.removeBefore(moment);
        }
    }

    /** Drops idle sessions and returns the current time. */
    private Instant dropIdle() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        sessions.dropIdle(now);
        return now;
    }

    /** Builds the memory. Not thread-safe. */
    public static final class Builder {
        private int maxSessions = 1000;
        private int maxTurns = 100;
        private long maxCharacters = 64L << 20;
        private Duration maxIdle = Duration.ZERO;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sets the maximum number of sessions of all agents together; default 1000. */
        public Builder maxSessions(int count) {
            maxSessions = Validation.positive("maxSessions", count);
            return this;
        }

        /** Sets the maximum number of turns of a session; the oldest are dropped first. Default 100. */
        public Builder maxTurns(int count) {
            maxTurns = Validation.positive("maxTurns", count);
            return this;
        }

        /**
         * Sets the largest size of all sessions together, in characters, with images and documents as base64; default
         * 64 Mi. A turn that is larger is kept alone.
         */
        public Builder maxCharacters(long count) {
            maxCharacters = Validation.positive("maxCharacters", count);
            return this;
        }

        /** Sets how long a session is kept without being read or written; zero, the default, for no limit. */
        public Builder maxIdle(Duration longest) {
            if (longest.isNegative()) {
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION, "maxIdle: must not be negative, but is " + longest + ".");
            }
            maxIdle = longest;
            return this;
        }

        /** Sets the clock that gives the current time; default the system's, in UTC. */
        public Builder clock(Clock replaced) {
            clock = Objects.requireNonNull(replaced, "clock");
            return this;
        }

        /** Builds an empty memory. */
        public InMemoryConversations build() {
            return new InMemoryConversations(this);
        }
    }
}
