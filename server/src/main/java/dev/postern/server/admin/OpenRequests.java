package dev.postern.server.admin;

import dev.postern.server.observe.ObservedRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The requests that are being answered. Thread-safe. */
public final class OpenRequests {
    private final Set<ObservedRequest> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong begun = new AtomicLong();

    /** Adds a request that begins. */
    public void add(ObservedRequest request) {
        begun.incrementAndGet();
        open.add(request);
    }

    /** Removes a request whose answer has ended. */
    public void remove(ObservedRequest request) {
        open.remove(request);
    }

    /** The number of open requests. */
    public int count() {
        return open.size();
    }

    /** The number of open requests whose answers are streams. */
    public long streams() {
        return open.stream().filter(ObservedRequest::isStreaming).count();
    }

    /** The number of requests since the start. */
    long begun() {
        return begun.get();
    }

    /** The oldest ones, at most so many. */
    List<ObservedRequest> oldest(int most) {
        return open.stream()
                .sorted(Comparator.comparing(ObservedRequest::sinceBegin).reversed())
                .limit(most)
                .toList();
    }
}
