package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemTimerTest {
    private final Timer timer = Timer.system();

    private static long millis(long count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }

    @Test
    void aTaskDoesNotRunBeforeItsTime() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        long start = timer.nanoTime();
        timer.after(millis(30), ran::countDown);

        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.nanoTime() - start).isGreaterThanOrEqualTo(millis(30));
    }

    @Test
    void aCancelledTaskDoesNotRun() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch later = new CountDownLatch(1);
        timer.after(millis(1000), ran::incrementAndGet).run(); // long enough to cancel it on a busy machine
        timer.after(millis(1100), later::countDown);

        assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void anAlarmThatIsEarlierThanAllOthersRuns() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        Runnable cancel = timer.after(TimeUnit.HOURS.toNanos(1), () -> {});
        timer.after(Long.MAX_VALUE, () -> {});
        timer.after(millis(5), ran::countDown);

        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        cancel.run();
    }

    @Test
    void anAlarmAtTheLastMomentDelaysNoOther() throws InterruptedException {
        Runnable cancel = timer.after(Long.MAX_VALUE, () -> {});
        for (int i = 0; i < 20; i++) { // the timer waits for the end of time before most of them
            CountDownLatch ran = new CountDownLatch(1);
            timer.after(millis(2), ran::countDown);
            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        }
        cancel.run();
    }

    @Test
    void aCancelledTaskIsNotReachable() throws InterruptedException {
        SystemTimer own = new SystemTimer();
        for (int i = 0; i < 20; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            WeakReference<Runnable> kept = setAndCancel(own, ran);
            for (int tries = 0; kept.get() != null && tries < 100; tries++) {
                System.gc();
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThat(kept.get()).isNull();
        }
    }

    /** By the time the short task has run, the thread waits for the long one. */
    private static WeakReference<Runnable> setAndCancel(Timer timer, CountDownLatch ran) throws InterruptedException {
        Runnable task = ran::countDown;
        Runnable cancel = timer.after(TimeUnit.HOURS.toNanos(1), task);
        CountDownLatch shortly = new CountDownLatch(1);
        timer.after(millis(1), shortly::countDown);
        assertThat(shortly.await(30, TimeUnit.SECONDS)).isTrue();
        cancel.run();
        return new WeakReference<>(task);
    }

    @Test
    void aTaskThatBlocksDelaysNoOther() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(1);
        timer.after(1, () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        timer.after(millis(10), ran::countDown);

        try {
            assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            release.countDown();
        }
    }

    @Test
    void anErrorInTheThreadOfTheTimerLosesNoAlarm() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        Thread setting = Thread.currentThread();
        SystemTimer unlucky = new SystemTimer() {
            @Override
            public long nanoTime() {
                if (Thread.currentThread() != setting && failed.getCount() > 0) {
                    failed.countDown();
                    throw new OutOfMemoryError("no memory for the alarms");
                }
                return super.nanoTime();
            }
        };
        CountDownLatch ran = new CountDownLatch(2);
        unlucky.after(1, ran::countDown);
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        unlucky.after(1, ran::countDown);

        assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Several threads set alarms and cancel half of them: each of the others runs once. */
    @Test
    void noTaskOfManyIsLost() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        Queue<Integer> ran = new ConcurrentLinkedQueue<>();
        CountDownLatch due = new CountDownLatch(threads * each / 2);
        List<Thread> setting = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int from = t * each;
            Random random = new Random(t);
            setting.add(new Thread(() -> {
                for (int i = from; i < from + each; i++) {
                    int number = i;
                    boolean cancelled = i % 2 == 1;
                    Runnable cancel =
                            timer.after(cancelled ? TimeUnit.MINUTES.toNanos(5) : random.nextInt(3_000_000), () -> {
                                ran.add(number);
                                due.countDown();
                            });
                    if (cancelled) {
                        cancel.run();
                    }
                }
            }));
        }
        setting.forEach(Thread::start);

        assertThat(due.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasSize(threads * each / 2).doesNotHaveDuplicates().allMatch(number -> number % 2 == 0);
    }
}
