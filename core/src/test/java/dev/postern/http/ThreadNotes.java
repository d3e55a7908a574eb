package dev.postern.http;

import dev.postern.NonBlockingSubscriber;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that requests everything and notes which thread delivers each item, and which one the end. */
class ThreadNotes implements Flow.Subscriber<String> {
    private static final String SELECTOR = "SelectorManager";

    final Queue<String> items = new ConcurrentLinkedQueue<>();
    final Queue<String> threads = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Consumer<String> action;

    ThreadNotes(Consumer<String> action) {
        this.action = action;
    }

    /** The same, with the promise not to block. */
    static final class Promised extends ThreadNotes implements NonBlockingSubscriber<String> {
        Promised(Consumer<String> action) {
            super(action);
        }
    }

    static boolean isSelector(String thread) {
        return thread.contains(SELECTOR);
    }

    static boolean onSelector() {
        return isSelector(Thread.currentThread().getName());
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String item) {
        threads.add(Thread.currentThread().getName());
        items.add(item);
        action.accept(item);
    }

    @Override
    public void onError(Throwable thrown) {
        end.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
        end.complete(Thread.currentThread().getName());
    }

    /** The thread that delivered the good end. */
    String end() throws Exception {
        return end.get(30, TimeUnit.SECONDS);
    }

    List<String> items() {
        return List.copyOf(items);
    }
}
