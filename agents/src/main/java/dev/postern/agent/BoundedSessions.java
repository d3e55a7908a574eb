package dev.postern.agent;

import dev.postern.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a memory and their turns, within limits. If a limit is exceeded, the least recently used sessions are
 * dropped first, and then the oldest turns of the session that is written. Not thread-safe.
 */
final class BoundedSessions {
    private final int maxSessions;
    private final int maxTurns;
    private final long maxCharacters;
    private final Duration maxIdle;

    /** The least recently used session comes first. */
    private final LinkedHashMap<SessionKey, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** The size of all sessions, in characters. */
    private long characters;

    /**
     * Creates a memory without sessions.
     *
     * @param maxSessions the maximum number of sessions
     * @param maxTurns the maximum number of turns of a session
     * @param maxCharacters the maximum size of all sessions together; only a single turn may be larger
     * @param maxIdle the time after the last use at which {@link #dropIdle} drops a session; zero for no limit
     */
    BoundedSessions(int maxSessions, int maxTurns, long maxCharacters, Duration maxIdle) {
        this.maxSessions = maxSessions;
        this.maxTurns = maxTurns;
        this.maxCharacters = maxCharacters;
        this.maxIdle = maxIdle;
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

    /**
     * Drops idle sessions. A used session moves to the end of the map, so the search ends at the first session that is
     * not idle.
     */
    void dropIdle(Instant now) {
        Iterator<Session> oldestFirst = sessions.values().iterator();
        while (!maxIdle.isZero() && oldestFirst.hasNext()) {
            Session session = oldestFirst.next();
            if (!session.lastUse.plus(maxIdle).isBefore(now)) {
                break;
            }
            oldestFirst.remove();
            discard(session);
        }
    }

    /** Returns the messages of the last turns. This counts as a use of the session. */
    List<Message> messages(SessionKey key, int turns, Instant now) {
        List<Message> messages = new ArrayList<>();
        Session known = sessions.get(key);
        if (known != null) {
            known.lastUse = now;
            known.turns.stream()
                    .skip(Math.max(0, known.turns.size() - turns))
                    .forEach(turn -> messages.addAll(turn.messages()));
        }
        return messages;
    }

    /**
     * Adds a turn to a session and enforces the limits. If there is no such session, it is created.
     *
     * @param size the size of the turn, in characters
     */
    void append(SessionKey key, Turn turn, long size, Instant now) {
        Session kept = sessions.computeIfAbsent(key, unknown -> new Session());
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

    /** Drops other sessions first, then the oldest turns of this one. Its newest turn is never dropped. */
    private void dropLeastUsed(Session current) {
        Iterator<Session> oldestFirst = sessions.values().iterator();
        while (sessions.size() > 1 && (sessions.size() > maxSessions || characters > maxCharacters)) {
            Session session = oldestFirst.next();
            oldestFirst.remove();
            discard(session);
        }
        while (current.turns.size() > 1 && characters > maxCharacters) {
            dropOldestTurn(current);
        }
    }

    private void dropOldestTurn(Session session) {
        long size = SizeEstimate.of(session.turns.removeFirst());
        session.characters -= size;
        characters -= size;
    }

    /** Describes the sessions of an agent. This does not count as a use of them. */
    List<SessionInfo> ofAgent(String agent) {
        List<SessionInfo> found = new ArrayList<>();
        sessions.forEach((key, session) -> {
            if (key.agent().equals(agent)) {
                found.add(session.info(key));
            }
        });
        return found;
    }

    /** Removes a session; returns whether there was one. */
    boolean remove(SessionKey key) {
        return discard(sessions.remove(key));
    }

    /** Removes the sessions whose last turn is older; returns their number. */
    int removeBefore(Instant moment) {
        int before = sessions.size();
        sessions.values().removeIf(session -> session.lastActivity.isBefore(moment) && discard(session));
        return before - sessions.size();
    }

    private boolean discard(@Nullable Session session) {
        characters -= session == null ? 0 : session.characters;
        return session != null;
    }
}
