package dev.postern.http;

import dev.postern.flow.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections of each origin are idle, as far as that can be told from outside of the JDK's client: an exchange
 * that ended well leaves one, and the next exchange takes one. The JDK does not say whether a connection was used before; a
 * request that went out while none was idle cannot have met one that the server had closed. Thread-safe.
 */
final class IdleConnections {
    /** The JDK before 20 keeps an idle connection for so long. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(20).toNanos();

    private static final int MAX_ORIGINS = 1000;

    private final Timer timer;
    private final Map<String, Idle> origins = new ConcurrentHashMap<>();

    IdleConnections(Timer timer) {
        this.timer = timer;
    }

    private static final class Idle {
        private int count;
        private long since;
    }

    /** A request goes out; whether a connection of its origin was idle, which it has taken then. */
    boolean take(URI uri) {
        Idle idle = origins.get(origin(uri));
        if (idle == null) {
            return false;
        }
        synchronized (idle) {
            if (timer.nanoTime() - idle.since > LONGEST_NANOS) {
                idle.count = 0;
            }
            if (idle.count == 0) {
                return false;
            }
            idle.count--;
            return true;
        }
    }

    /** An exchange ended well, and its connection is idle now. */
    void give(URI uri) {
        if (origins.size() >= MAX_ORIGINS) {
            origins.clear(); // nobody talks to so many; what is forgotten costs a wait before a retry
        }
        Idle fresh = new Idle();
        Idle known = origins.putIfAbsent(origin(uri), fresh);
        Idle idle = known == null ? fresh : known;
        synchronized (idle) {
            idle.count++;
            idle.since = timer.nanoTime();
        }
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
