package dev.postern.agent;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * A session in a list of them.
 *
 * @param key names it
 * @param turns how many turns are kept
 * @param messages how many messages these hold
 * @param lastActivity when its latest turn was appended, to the millisecond
 */
public record SessionInfo(SessionKey key, int turns, int messages, Instant lastActivity) {

    /** The order of lists: the newest first; of the same age, by the session's id. */
    public static final Comparator<SessionInfo> NEWEST_FIRST = Comparator.comparing(SessionInfo::lastActivity)
            .reversed()
            .thenComparing(info -> info.key().session());

    /** Refuses null. */
    public SessionInfo {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(lastActivity, "lastActivity");
    }
}
