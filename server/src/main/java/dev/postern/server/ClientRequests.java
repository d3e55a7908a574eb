package dev.postern.server;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts the active requests of each client address. Thread-safe. */
final class ClientRequests {
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>(); // a client without any has no entry

    /**
     * Counts a request.
     *
     * @param most the limit; 0 for none
     * @return what ends it, to be run once; empty if the client has reached its limit
     */
    Optional<Runnable> enter(String client, int most) {
        if (most == 0) {
            return Optional.of(() -> {});
        }
        boolean[] within = new boolean[1];
        open.compute(client, (key, count) -> {
            int now = count == null ? 0 : count;
            within[0] = now < most;
            return within[0] ? Integer.valueOf(now + 1) : count;
        });
        return within[0] ? Optional.of(() -> leave(client)) : Optional.empty();
    }

    private void leave(String client) {
        open.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    /** The clients that have active requests. */
    int clients() {
        return open.size();
    }
}
