package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stores conversations in the memory of this process only, with bounds: when one is exceeded, the least recently used
 * session is dropped. Thread-safe. Methods wait only for a lock that is held briefly.
 */
public final class InMemoryConversations implements ConversationMemory {
    private final int maxSessions;
    private final int maxTurns;
    private final long maxCharacters;
    private final Duration maxIdle;
    private final Clock clock;

    private final Object lock = new Object();

    /** The least recently used session comes first. The map and its sessions are guarded by the lock. */
    private final LinkedHashMap<SessionKey, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** The size of all sessions, in characters. Guarded by the lock. */
    private long characters;

    private InMemoryConversations(Builder builder) {
        maxSessions = builder.maxSessions;
        maxTurns = builder.maxTurns;
        maxCharacters = builder.maxCharacters;
        maxIdle = builder.maxIdle;
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

    /** A session's turns and times. */
    private static final class Session {
        private final Deque<Turn> turns = new ArrayDeque<>();
        private long characters;
        private Instant lastActivity = Instant.EPOCH;
        private Instant lastUse = Instant.EPOCH;

        SessionInfo info(SessionKey key) {
            int messages =
                    turns.stream().mapToInt(turn -> turn.messages().size()).sum();
            return new SessionInfo(key, turns.size(), messages, lastActivity);
        }
    }

    @Override
    public List<Message> history(SessionKey session, int turns) {
        Validation.atLeastZero("turns", turns);
        List<Message> messages = new ArrayList<>();
        synchronized (lock) {
            Instant now = dropIdle();
            Session known = sessions.get(session);
            if (known != null) {
                known.lastUse = now;
                known.turns.stream()
                        .skip(Math.max(0, known.turns.size() - turns))
                        .forEach(turn -> messages.addAll(turn.messages()));
            }
        }
        return List.copyOf(messages);
    }

    @Override
    public void append(SessionKey session, Turn turn) {
        long size = SizeEstimate.of(turn);
        synchronized (lock) {
            Instant now = dropIdle();
            Session kept = sessions.computeIfAbsent(session, key -> new Session());
            kept.lastUse = now;
            kept.lastActivity = now.isAfter(kept.lastActivity) ? now : kept.lastActivity;
            kept.turns.addLast(turn);
            kept.characters += size;
            characters += size;
            if (kept.turns.size() > maxTurns) {
                dropOldestTurn(kept);
            }
            dropLeastUsed(kept);
        }
    }

    @Override
    public List<SessionInfo> sessions(String agent, int limit) {
        SessionKey.checkAgent(agent);
        Validation.atLeastZero("limit", limit);
        List<SessionInfo> found = new ArrayList<>();
        synchronized (lock) {
            dropIdle();
            sessions.forEach((key, session) -> {
                if (key.agent().equals(agent)) {
                    found.add(session.info(key));
                }
            });
        }
        found.sort(SessionInfo.NEWEST_FIRST);
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    @Override
    public boolean delete(SessionKey session) {
        synchronized (lock) {
            dropIdle();
            return discard(sessions.remove(session));
        }
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        Validation.atLeastZero("keep", keep);
        synchronized (lock) {
            List<SessionInfo> all = sessions(agent, Integer.MAX_VALUE);
            List<SessionInfo> old = all.subList(Math.min(keep, all.size()), all.size());
            old.forEach(info -> discard(sessions.remove(info.key())));
            return new Cleanup(old.size(), all.size() - old.size());
        }
    }

    @Override
    public int deleteBefore(Instant moment) {
        synchronized (lock) {
            int before = sessions.size();
            sessions.values().removeIf(session -> session.lastActivity.isBefore(moment) && discard(session));
            return before - sessions.size();
        }
    }

    private boolean discard(@Nullable Session session) {
        characters -= session == null ? 0 : session.characters;
        return session != null;
    }

    private void dropOldestTurn(Session session) {
        long size = SizeEstimate.of(session.turns.removeFirst());
        session.characters -= size;
        characters -= size;
    }

    /**
     * Drops idle sessions. A used session moves to the end of the map, so the search ends at the first session that is
     * not idle.
     */
    private Instant dropIdle() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Iterator<Session> oldestFirst = sessions.values().iterator();
        while (!maxIdle.isZero() && oldestFirst.hasNext()) {
            Session session = oldestFirst.next();
            if (!session.lastUse.plus(maxIdle).isBefore(now)) {
                break;
            }
            oldestFirst.remove();
            discard(session);
        }
        return now;
    }

    /**
     * Enforces the bounds: drops other sessions first, then older turns of this one. Its newest turn stays, whatever
     * its size.
     */
    private void dropLeastUsed(Session current) {
        Iterator<Map.Entry<SessionKey, Session>> oldestFirst =
                sessions.entrySet().iterator();
        while (sessions.size() > 1 && (sessions.size() > maxSessions || characters > maxCharacters)) {
            Session session = oldestFirst.next().getValue();
            oldestFirst.remove();
            discard(session);
        }
        while (current.turns.size() > 1 && characters > maxCharacters) {
            dropOldestTurn(current);
        }
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

        /** Sets the clock that gives the times of sessions; default the system's, in UTC. */
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
