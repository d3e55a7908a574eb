package dev.postern.http;

import dev.postern.flow.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An estimate of the number of idle connections of each origin. The JDK's client does not report whether a connection
 * is reused. An exchange that succeeds adds an idle connection, and a new exchange takes one. A request that was sent
 * while none was idle cannot have used a connection that the server had closed. Thread-safe.
 */
final class IdleConnections {
    /** The keep-alive time of the JDK before 20. */
    private static final long LONGEST_NANOS = Duration.ofMinutes(20).toNanos();

    private static final int MAX_ORIGINS = 1000;

    private final Timer timer;
    private final Map<List<String>, Idle> origins = new ConcurrentHashMap<>();

    IdleConnections(Timer timer) {
        this.timer = timer;
    }

    private static final class Idle {
        private int count;
        private long since;
    }

    /** Takes an idle connection for a request. Returns whether there was one. */
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

    /** Adds the connection of an exchange that has succeeded. */
    void add(URI uri) {
        if (origins.size() >= MAX_ORIGINS) {
            origins.clear(); // a bound for memory; the only effect is a delay before a retry
        }
        Idle idle = origins.computeIfAbsent(origin(uri), none -> new Idle());
        synchronized (idle) {
            idle.count++;
            idle.since = timer.nanoTime();
        }
    }

    private static List<String> origin(URI uri) {
        return List.of(uri.getScheme(), uri.getRawAuthority());
    }
}
