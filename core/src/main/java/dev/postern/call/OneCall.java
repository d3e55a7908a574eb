package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.flow.News;

/** What all places share that one call passes: its id, and the order of its news. Thread-safe. */
final class OneCall {
    private final String id = CallContext.builder().newId().build().id();
    private final News news = new News();

    String id() {
        return id;
    }

    News news() {
        return news;
    }
}
