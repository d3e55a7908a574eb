package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.flow.News;
import java.util.concurrent.atomic.AtomicInteger;

/** What all places share that one call passes: its id, the numbers of its attempts, and the order of its news. Thread-safe. */
final class OneCall {
    private final String id = CallContext.builder().newId().build().id();
    private final News news = new News();
    private final AtomicInteger attempts = new AtomicInteger();

    String id() {
        return id;
    }

    News news() {
        return news;
    }

    /** The number of attempts so far. */
    int attempts() {
        return attempts.get();
    }

    int nextAttempt() {
        return attempts.incrementAndGet();
    }
}
