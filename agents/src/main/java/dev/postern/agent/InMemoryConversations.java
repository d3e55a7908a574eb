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
 * Conversations in the memory of this process, bounded: when there is too much, the session that was not read or written
 * for the longest time goes. They end with the process. Thread-safe; no method waits for more than another thread's copy.
 */
public final class InMemoryConversations implements ConversationMemory {
    private final int maxSessions;
    private final int maxTurns;
    private final long maxCharacters;
    private final Duration maxIdle;
    private final Clock clock;

    private final Object lock = new Object();

    /** The session that was used the longest time ago comes first. Guarded by the lock, with all that is in it. */
    private final LinkedHashMap<SessionKey, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** What all sessions weigh together. Guarded by the lock. */
    private long characters;

    private InMemoryConversations(Builder builder) {
        maxSessions = builder.maxSessions;
        maxTurns = builder.maxTurns;
        maxCharacters = builder.maxCharacters;
        maxIdle = builder.maxIdle;
        clock = builder.clock;
    }

    /** With the defaults. */
    public static InMemoryConversations create() {
        return builder().build();
    }

    /** Starts with the defaults. */
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
        Names.atLeastZero("turns", turns);
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
        long weight = Weight.of(turn);
        synchronized (lock) {
            Instant now = dropIdle();
            Session kept = sessions.computeIfAbsent(session, key -> new Session());
            kept.lastUse = now;
            kept.lastActivity = now.isAfter(kept.lastActivity) ? now : kept.lastActivity;
            kept.turns.addLast(turn);
            kept.characters += weight;
            characters += weight;
            if (kept.turns.size() > maxTurns) {
                dropOldestTurn(kept);
            }
            dropLeastUsed(kept);
        }
    }

    @Override
    public List<SessionInfo> sessions(String agent, int limit) {
        SessionKey.checkAgent(agent);
        Names.atLeastZero("limit", limit);
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
            return forget(sessions.remove(session));
        }
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        Names.atLeastZero("keep", keep);
        synchronized (lock) {
            List<SessionInfo> all = sessions(agent, Integer.MAX_VALUE);
            List<SessionInfo> old = all.subList(Math.min(keep, all.size()), all.size());
            old.forEach(info -> forget(sessions.remove(info.key())));
            return new Cleanup(old.size(), all.size() - old.size());
        }
    }

    @Override
    public int deleteBefore(Instant moment) {
        synchronized (lock) {
            int before = sessions.size();
            sessions.values().removeIf(session -> session.lastActivity.isBefore(moment) && forget(session));
            return before - sessions.size();
        }
    }

    private boolean forget(@Nullable Session session) {
        characters -= session == null ? 0 : session.characters;
        return session != null;
    }

    private void dropOldestTurn(Session session) {
        long weight = Weight.of(session.turns.removeFirst());
        session.characters -= weight;
        characters -= weight;
    }

    /** Forgets what nobody used for too long. What is used moves to the end, so the first that is in use ends the search. */
    private Instant dropIdle() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Iterator<Session> oldestFirst = sessions.values().iterator();
        while (!maxIdle.isZero() && oldestFirst.hasNext()) {
            Session session = oldestFirst.next();
            if (!session.lastUse.plus(maxIdle).isBefore(now)) {
                break;
            }
            oldestFirst.remove();
            forget(session);
        }
        return now;
    }

    /** Makes room: first at the cost of other sessions, then of older turns. The newest turn stays, however large. */
    private void dropLeastUsed(Session newest) {
        Iterator<Map.Entry<SessionKey, Session>> oldestFirst =
                sessions.entrySet().iterator();
        while (sessions.size() > 1 && (sessions.size() > maxSessions || characters > maxCharacters)) {
            Session session = oldestFirst.next().getValue();
            oldestFirst.remove();
            forget(session);
        }
        while (newest.turns.size() > 1 && characters > maxCharacters) {
            dropOldestTurn(newest);
        }
    }

    /** Sets the bounds. Not thread-safe. */
    public static final class Builder {
        private int maxSessions = 1000;
        private int maxTurns = 100;
        private long maxCharacters = 64L << 20;
        private Duration maxIdle = Duration.ZERO;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sessions of all agents together; default 1000. */
        public Builder maxSessions(int count) {
            maxSessions = Names.positive("maxSessions", count);
            return this;
        }

        /** Turns of one session, beyond which the oldest goes; default 100. */
        public Builder maxTurns(int count) {
            maxTurns = Names.positive("maxTurns", count);
            return this;
        }

        /**
         * What all sessions may weigh together, in characters, images and documents as base64; default 64 Mi. A single
         * turn that weighs more is kept alone.
         */
        public Builder maxCharacters(long count) {
            maxCharacters = Names.positive("maxCharacters", count);
            return this;
        }

        /** For how long a session is kept that is neither read nor written; zero, the default, for no such bound. */
        public Builder maxIdle(Duration longest) {
            if (longest.isNegative()) {
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION, "maxIdle: must not be negative, but is " + longest + ".");
            }
            maxIdle = longest;
            return this;
        }

        Builder clock(Clock replaced) {
            clock = Objects.requireNonNull(replaced, "clock");
            return this;
        }

        /** The memory, empty. */
        public InMemoryConversations build() {
            return new InMemoryConversations(this);
        }
    }
}
