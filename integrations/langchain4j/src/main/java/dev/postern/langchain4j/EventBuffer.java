package dev.postern.langchain4j;

import dev.postern.StreamEvent;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a model has sent and the subscriber has not taken yet. Bounded. One thread at a time adds, and one polls. */
final class EventBuffer {
    private final int capacity;
    private final Queue<StreamEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    EventBuffer(int capacity) {
        this.capacity = capacity;
    }

    /** Adds all these events, or none if there is no room. What one event of a model becomes has room in an empty buffer. */
    boolean add(List<StreamEvent> events) {
        int before = size.getAndAdd(events.size());
        if (before > 0 && before + events.size() > capacity) {
            size.addAndGet(-events.size());
            return false;
        }
        queue.addAll(events);
        return true;
    }

    @Nullable
    StreamEvent poll() {
        StreamEvent event = queue.poll();
        if (event != null) {
            size.decrementAndGet();
        }
        return event;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
