package dev.postern.agent;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * An entry in a list of sessions.
 *
 * @param key the session's key
 * @param turns how many turns are stored
 * @param messages how many messages these turns have
 * @param lastActivity when its latest turn was appended, to the millisecond
 */
public record SessionInfo(SessionKey key, int turns, int messages, Instant lastActivity) {

    /** The order of lists: newest first; with equal times by the session's id. */
    public static final Comparator<SessionInfo> NEWEST_FIRST = Comparator.comparing(SessionInfo::lastActivity)
            .reversed()
            .thenComparing(info -> info.key().session());

    /** Refuses null. */
    public SessionInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(lastActivity, "lastActivity");
    }
}
