package dev.postern.flow;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told about one call or run, in order and one at a time. News run on the thread that tells them, or on the one that is telling
 * others at that moment, but never on a thread that must not block. Whether a listener may still be told something is decided inside of
 * the news, not before: otherwise an attempt could begin after the end of its call. Thread-safe.
 */
public final class News {
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final SerialLoop loop = SerialLoop.blocking(this::pass, Dispatcher.shared());
    private volatile @Nullable Thread teller;

    /** Nothing was told yet. */
    public News() {
        loop.open();
    }

    /** Runs the news after all earlier ones. They must not throw. */
    public void tell(Runnable news) {
        waiting.add(news);
        loop.signal();
    }

    /** Runs the question after all earlier news, and waits for its answer. The current thread must be allowed to block. */
    public <T> T ask(Supplier<T> question) {
        if (teller == Thread.currentThread()) { // a listener makes the call go on
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        tell(() -> {
            try {
                answer.complete(question.get());
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        });
        return answer.join();
    }

    private void pass() {
        teller = Thread.currentThread();
        try {
            for (Runnable next; (next = waiting.poll()) != null; ) {
                next.run();
            }
        } finally {
            teller = null;
        }
    }
}
