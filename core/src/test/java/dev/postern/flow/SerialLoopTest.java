package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SerialLoopTest {
    private int passes;

    @Test
    void noPassRunsBeforeTheLoopIsOpened() {
        SerialLoop loop = new SerialLoop(() -> passes++);
        loop.signal();
        loop.signal();
        assertThat(passes).isZero();

        loop.open();

        assertThat(passes).as("one pass for all that was signalled").isOne();
    }

    @Test
    void aPassFollowsEachSignal() {
        SerialLoop loop = opened(() -> passes++);
        passes = 0;

        loop.signal();
        loop.signal();

        assertThat(passes).isEqualTo(2);
    }

    @Test
    void aPassThatMayBlockDoesNotRunOnAForeignThread() throws Exception {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        SerialLoop loop =
                SerialLoop.blocking(() -> threads.add(Thread.currentThread()), Dispatcher.forForeignThreads());
        loop.open();
        assertThat(threads.poll(30, TimeUnit.SECONDS)).matches(DaemonThreads::isPooled);
    }

    @Test
    void signalsDuringAPassCauseOneMoreAndNoRecursion() {
        AtomicReference<SerialLoop> self = new AtomicReference<>();
        AtomicInteger depth = new AtomicInteger();
        SerialLoop loop = new SerialLoop(() -> {
            assertThat(depth.incrementAndGet()).isOne();
            if (++passes == 2) {
                self.get().signal();
                self.get().signal();
                self.get().signal();
            }
            depth.decrementAndGet();
        });
        self.set(loop);
        loop.open();

        loop.signal();

        assertThat(passes).isEqualTo(3);
    }

    @Test
    void aSignalDuringTheFirstPassIsNotLost() {
        AtomicReference<SerialLoop> self = new AtomicReference<>();
        SerialLoop loop = new SerialLoop(() -> {
            if (++passes < 100_000) {
                self.get().signal();
            }
        });
        self.set(loop);

        loop.open();

        assertThat(passes).isEqualTo(100_000);
    }

    /** Each pass sees everything that was written before its signal. */
    @Test
    void passesOfManyThreadsAreSerialAndLoseNoSignal() throws InterruptedException {
        AtomicInteger recorded = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger meetings = new AtomicInteger();
        int[] seen = {0, 0}; // plain: the loop must publish it from pass to pass
        SerialLoop loop = opened(() -> {
            if (inside.getAndIncrement() != 0) {
                meetings.incrementAndGet();
            }
            seen[0] = recorded.get();
            seen[1]++;
            inside.decrementAndGet();
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                start.countDown();
                for (int n = 0; n < 200_000; n++) {
                    recorded.incrementAndGet();
                    loop.signal();
                }
            });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(meetings).hasValue(0);
        assertThat(seen[0]).isEqualTo(800_000);
        assertThat(seen[1]).isBetween(1, 800_001);
    }

    @Test
    void theLoopContinuesAfterAPassThatThrew() {
        AtomicInteger passes = new AtomicInteger();
        SerialLoop loop = opened(() -> {
            if (passes.incrementAndGet() == 2) {
                throw new StackOverflowError();
            }
        });

        assertThatThrownBy(loop::signal).isInstanceOf(StackOverflowError.class);
        loop.signal();

        assertThat(passes).hasValue(3);
    }

    private static SerialLoop opened(Runnable pass) {
        SerialLoop loop = new SerialLoop(pass);
        loop.open();
        return loop;
    }
}
