package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No task is lost or waits for a thread that blocks, and few threads are made. */
@Timeout(120)
class WorkerPoolTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Queue<Thread> made = new ConcurrentLinkedQueue<>();
    private final WorkerPool pool = pool(MINUTE);

    private WorkerPool pool(long idleNanos) {
        return pool(idleNanos, this::thread);
    }

    private WorkerPool pool(long idleNanos, ThreadFactory threads) {
        return new WorkerPool(threads, idleNanos);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        made.add(thread);
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void tasksThatWaitForEachOtherAllRun() throws Exception {
        int count = 300;
        CyclicBarrier together = new CyclicBarrier(count + 1);
        for (int i = 0; i < count; i++) {
            pool.execute(() -> meet(together));
        }

        meet(together);
        assertThat(made).hasSize(count);
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTaskThatWaitsForTheOneThatItHasSubmittedEnds() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        nest(200, done);

        await(done);
    }

    /** Each task blocks until the next one, which it submits, has ended. */
    private void nest(int depth, CountDownLatch done) {
        pool.execute(() -> {
            if (depth > 0) {
                CountDownLatch inner = new CountDownLatch(1);
                nest(depth - 1, inner);
                await(inner);
            }
            done.countDown();
        });
    }

    /** Wake-ups are lost only in a race of a thread that becomes idle, so the pool is made idle often. */
    @Test
    void noTaskIsLostWhenThreadsBecomeIdle() throws Exception {
        WorkerPool shortLived = pool(1);
        for (int i = 0; i < 20_000; i++) {
            int number = i;
            WorkerPool next = i % 8 == 0 ? shortLived : pool;
            assertThat(get(CompletableFuture.supplyAsync(() -> number, next))).isEqualTo(i);
        }
    }

    @Test
    void everyTaskOfManyThreadsRunsOnce() throws Exception {
        int submitters = 64;
        int each = 3_000;
        AtomicInteger[] runs = new AtomicInteger[submitters * each];
        CountDownLatch all = new CountDownLatch(2 * submitters * each);
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < submitters; s++) {
            int first = s * each;
            threads.add(new Thread(() -> {
                for (int i = first; i < first + each; i++) {
                    AtomicInteger counter = new AtomicInteger();
                    runs[i] = counter;
                    pool.execute(() -> {
                        counter.incrementAndGet();
                        pool.execute(all::countDown);
                        all.countDown();
                    });
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        await(all);
        assertThat(runs).allMatch(counter -> counter.get() == 1);
    }

    @Test
    void aThreadThatIsIdleIsUsedAgainAndOneThatIsIdleForLongEnds() throws Exception {
        for (int i = 0; i < 50; i++) {
            Thread first = get(CompletableFuture.supplyAsync(Thread::currentThread, pool));
            assertThat(first).isIn(made);
            whenIdle(first);
        }
        assertThat(made).hasSizeLessThan(3); // a second one if the first was not idle yet

        WorkerPool shortLived = pool(1_000_000);
        Thread ends = get(CompletableFuture.supplyAsync(Thread::currentThread, shortLived));
        ends.join(60_000);
        assertThat(ends.isAlive()).isFalse();
        Thread next = get(CompletableFuture.supplyAsync(Thread::currentThread, shortLived));
        assertThat(next).isNotSameAs(ends);
    }

    private static void whenIdle(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterruptIsNotPassedToTheNextTask() throws Exception {
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            CountDownLatch submitted = new CountDownLatch(1);
            pool.execute(() -> {
                await(submitted);
                Thread.currentThread().interrupt();
            });
            pool.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
            submitted.countDown();
            assertThat(get(interrupted)).isFalse();
        }
        for (Thread thread : made) { // idle threads that are interrupted stay
            thread.interrupt();
        }
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            pool.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
            assertThat(get(interrupted)).isFalse();
        }
    }

    @Test
    void whatATaskThrowsGoesToTheHandlerAndTheThreadStays() throws Exception {
        Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
        AtomicBoolean broken = new AtomicBoolean();
        WorkerPool one = pool(MINUTE, work -> {
            Thread thread = thread(work);
            thread.setUncaughtExceptionHandler((where, thrown) -> {
                handled.add(thrown);
                if (broken.get()) {
                    throw new IllegalStateException("a broken handler");
                }
            });
            return thread;
        });
        for (boolean handlerFails : new boolean[] {false, true}) {
            broken.set(handlerFails);
            for (Throwable thrown : List.of(new AssertionError("mine"), new OutOfMemoryError("mine"))) {
                handled.clear();
                AtomicReference<Thread> thrower = new AtomicReference<>();
                one.execute(() -> {
                    thrower.set(Thread.currentThread());
                    throw (Error) thrown;
                });
                while (handled.isEmpty()) {
                    Thread.onSpinWait();
                }
                assertThat(handled).containsExactly(thrown);
                whenIdle(thrower.get());
                assertThat(get(CompletableFuture.supplyAsync(() -> 1, one))).isEqualTo(1);
                assertThat(thrower.get().isAlive()).isTrue();
            }
        }
    }

    @Test
    void tasksForWhichNoThreadCanBeMadeRunElsewhere() throws Exception {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        WorkerPool poor = pool(MINUTE, work -> {
            if (exhausted.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return thread(work);
        });
        Thread ran = get(CompletableFuture.supplyAsync(Thread::currentThread, poor));
        assertThat(ran == Thread.currentThread() || ran instanceof ForkJoinWorkerThread)
                .isTrue();
        Thread caller = Thread.currentThread();
        caller.setUncaughtExceptionHandler((where, thrown) -> {});
        try {
            poor.execute(() -> {
                if (Thread.currentThread() == caller) {
                    throw new OutOfMemoryError(
                            "of the task"); // if execute threw it, the task would seem not to have run
                }
            });
        } finally {
            caller.setUncaughtExceptionHandler(null);
        }

        exhausted.set(false);
        assertThat(get(CompletableFuture.supplyAsync(Thread::currentThread, poor)))
                .isIn(made);

        CountDownLatch blocked = new CountDownLatch(1);
        poor.execute(() -> await(blocked)); // on the only thread
        exhausted.set(true);
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            all.add(CompletableFuture.supplyAsync(() -> number, poor));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(get(all.get(i))).isEqualTo(i);
        }
        blocked.countDown();
    }

    /** The tasks of other threads, added while one of them fails to make a thread, run as well. */
    @Test
    void everyTaskRunsOnceIfThreadsFailNowAndThen() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        WorkerPool poor = pool(100_000, work -> {
            if (attempts.incrementAndGet() % 3 != 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return thread(work);
        });
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(8 * 5_000);
        for (int s = 0; s < 8; s++) {
            new Thread(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            poor.execute(() -> {
                                runs.incrementAndGet();
                                all.countDown();
                            });
                        }
                    })
                    .start();
        }

        await(all);
        assertThat(runs).hasValue(8 * 5_000);
    }
}
