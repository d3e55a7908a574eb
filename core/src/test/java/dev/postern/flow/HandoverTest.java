package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task for the executor of the application runs exactly once, whatever the executor does. */
@Timeout(60)
class HandoverTest {
    private static Thread threadOf(Dispatcher dispatcher) throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        dispatcher.start(() -> ran.complete(Thread.currentThread()));
        return ran.get(30, TimeUnit.SECONDS);
    }

    @Test
    void theSharedPoolRunsATaskForWhichTheExecutorHasNoThread() throws Exception {
        Dispatcher dispatcher = Dispatcher.using(task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        assertThat(threadOf(dispatcher).getName()).startsWith("postern-");
    }

    @Test
    void theSharedPoolRunsATaskThatTheExecutorRunsInline() throws Exception {
        assertThat(threadOf(Dispatcher.using(Runnable::run)).getName()).startsWith("postern-");
    }

    @Test
    void aTaskRunsOnceIfTheExecutorAcceptsItAndThenThrows() throws Exception {
        Queue<Runnable> accepted = new ArrayDeque<>();
        Executor executor = task -> {
            accepted.add(task);
            throw new IllegalStateException("a broken decorator");
        };
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Dispatcher.using(executor).start(() -> {
            runs.incrementAndGet();
            running.countDown();
            try {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            done.countDown();
        });
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        release.countDown();

        accepted.remove().run(); // the executor runs it too, while the first run may not have ended

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void aTaskThatAThreadOfTheExecutorSubmitsRunsOnTheExecutor() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor(work -> new Thread(work, "of the user"));
        try {
            Dispatcher dispatcher = Dispatcher.using(one);
            CompletableFuture<Thread> ran = new CompletableFuture<>();
            one.execute(() -> dispatcher.start(() -> ran.complete(Thread.currentThread())));

            assertThat(ran.get(30, TimeUnit.SECONDS).getName()).isEqualTo("of the user");
        } finally {
            one.shutdown();
        }
    }
}
