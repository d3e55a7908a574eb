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

    /**
     * Runs the question after all earlier news, on the current thread, which must be allowed to block. It waits for a thread that is
     * telling news, which then waits for the answer.
     */
    public <T> T ask(Supplier<T> question) {
        if (teller == Thread.currentThread()) { // a listener makes the call go on
            pass();
            return question.get();
        }
        Turn<T> turn = new Turn<>(question);
        tell(turn);
        return turn.take();
    }

    private void pass() {
        Thread before = teller;
        teller = Thread.currentThread();
        try {
            for (Runnable next; (next = waiting.poll()) != null; ) {
                next.run();
            }
        } finally {
            teller = before;
        }
    }

    /** A question among the news. Its turn may come on another thread than that of the one who asks. */
    private final class Turn<T> implements Runnable {
        private final Supplier<T> question;
        private final Thread asking = Thread.currentThread();
        private final CompletableFuture<@Nullable Void> come = new CompletableFuture<>();
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        Turn(Supplier<T> question) {
            this.question = question;
        }

        @Override
        public void run() {
            if (Thread.currentThread() == asking) {
                answer();
                return;
            }
            Thread before = teller;
            teller = asking;
            come.complete(null);
            var unused = answer.handle((done, thrown) -> done).join();
            teller = before;
        }

        private void answer() {
            try {
                answer.complete(question.get());
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        }

        T take() {
            if (!answer.isDone()) {
                come.join();
                answer();
            }
            return answer.join();
        }
    }
}
