package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.ArrayList;
import java.util.List;

/** The routing table that new calls use, and the replaced ones that still have calls. Thread-safe. */
final class CurrentRouting {
    private final Object lock = new Object();
    /** All routing tables that may have calls. Guarded by the lock. */
    private final List<RoutingTable> alive = new ArrayList<>();

    private boolean closed; // guarded by the lock
    private volatile RoutingTable current;

    CurrentRouting(RoutingTable first) {
        current = first;
        alive.add(first);
    }

    RoutingTable get() {
        return current;
    }

    /**
     * Registers a call, which must {@link RoutingTable#leave}. After the close, calls are accepted too: the backends report
     * that they are closed.
     */
    RoutingTable enter() {
        for (; ; ) {
            RoutingTable now = current;
            if (now.enter()) {
                return now;
            }
        }
    }

    /**
     * Sends new calls to another table. The old one closes after its last call.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if this object is closed
     */
    void replace(RoutingTable fresh) {
        RoutingTable old;
        synchronized (lock) {
            if (closed) {
                throw new LlmException(Kind.CONFIGURATION, "The gateway is closed; build a new one.");
            }
            old = current;
            alive.removeIf(RoutingTable::isClosed);
            alive.add(fresh);
            current = fresh;
        }
        old.retire();
    }

    /** Closes all tables at once, also those with calls. */
    void close() {
        List<RoutingTable> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(alive);
        }
        all.forEach(RoutingTable::close);
    }
}
