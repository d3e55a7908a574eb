package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.flow.Timer;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LimitTimerTest {
    private final ManualTimer clock = new ManualTimer();
    private final AtomicInteger expired = new AtomicInteger();

    private LimitTimer timer(Duration total) {
        return new LimitTimer(clock, total.toNanos(), expired::incrementAndGet);
    }

    @Test
    void aWaitBeyondItsLimitExpires() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.start(seconds(10));

        clock.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(expired).hasValue(0);

        clock.advance(Duration.ofNanos(1));
        assertThat(expired).hasValue(1);
        assertThat(timer.isWaitOver()).isTrue();
        assertThat(timer.isCallOver()).isFalse();
    }

    @Test
    void aWaitThatIsStoppedDoesNotExpire() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(9));

        timer.stop();
        clock.advance(Duration.ofHours(1));

        assertThat(expired).hasValue(0);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void eachWaitHasItsFullLimit() {
        LimitTimer timer = timer(Duration.ZERO);
        for (int i = 0; i < 100; i++) {
            timer.start(seconds(10));
            clock.advance(Duration.ofSeconds(9));
            timer.stop();
        }
        assertThat(expired).hasValue(0);

        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(10));
        assertThat(expired).hasValue(1);
    }

    @Test
    void manyWaitsScheduleOneTask() {
        LimitTimer timer = timer(Duration.ZERO);
        for (int i = 0; i < 1000; i++) {
            timer.start(seconds(10));
            timer.stop();
            clock.advance(Duration.ofMillis(1));
        }

        assertThat(clock.pending()).isOne();
        assertThat(clock.scheduled()).isOne();
    }

    @Test
    void aShorterWaitAfterALongerOneExpiresInTime() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.start(seconds(600));
        timer.stop();
        timer.start(seconds(5));

        clock.advance(Duration.ofSeconds(5));

        assertThat(expired).hasValue(1);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aLongerWaitAfterAShorterOneHasItsFullLimit() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.start(seconds(5));
        timer.start(seconds(60));

        clock.advance(Duration.ofSeconds(59));
        assertThat(expired).hasValue(0);

        clock.advance(Duration.ofSeconds(1));
        assertThat(expired).hasValue(1);
    }

    @Test
    void aWaitOfZeroHasNoLimit() {
        timer(Duration.ZERO).start(0);

        clock.advance(Duration.ofDays(1000));

        assertThat(expired).hasValue(0);
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    void aHugeLimitDoesNotOverflow() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(9));

        timer.start(Long.MAX_VALUE);
        clock.advance(Duration.ofDays(1000));
        assertThat(expired).hasValue(0);

        timer.start(seconds(5));
        clock.advance(Duration.ofSeconds(5));
        assertThat(expired).hasValue(1);
    }

    @Test
    void theWholeCallExpiresDuringAWait() {
        LimitTimer timer = timer(Duration.ofSeconds(15));
        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(9));
        timer.start(seconds(10));

        clock.advance(Duration.ofSeconds(6));

        assertThat(expired).hasValue(1);
        assertThat(timer.isCallOver()).isTrue();
    }

    @Test
    void theWholeCallExpiresBetweenTwoWaits() {
        LimitTimer timer = timer(Duration.ofSeconds(15));
        timer.start(seconds(10));
        timer.stop();

        clock.advance(Duration.ofSeconds(15));

        assertThat(expired).hasValue(1);
        assertThat(timer.isCallOver()).isTrue();
    }

    @Test
    void aSpanContinuesAcrossWaits() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.startSpan(seconds(30));
        for (int i = 0; i < 3; i++) {
            timer.start(seconds(10));
            clock.advance(Duration.ofSeconds(9));
            timer.stop();
        }
        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(expired).hasValue(0);

        clock.advance(Duration.ofNanos(1));

        assertThat(expired).hasValue(1);
        assertThat(timer.isWaitOver()).isFalse();
        assertThat(timer.isCallOver()).isFalse();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void aSpanThatIsStoppedDoesNotExpire() {
        LimitTimer timer = timer(Duration.ZERO);
        timer.startSpan(seconds(30));
        timer.start(seconds(10));

        timer.stopSpan();
        timer.stop();
        clock.advance(Duration.ofHours(1));

        assertThat(expired).hasValue(0);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void closingCancelsTheTask() {
        LimitTimer timer = timer(Duration.ofSeconds(15));
        timer.start(seconds(10));

        timer.close();
        timer.start(seconds(1));
        timer.stop();

        assertThat(clock.pending()).isZero();
        clock.advance(Duration.ofHours(1));
        assertThat(expired).hasValue(0);
    }

    /** The task of a finished wait finds a later deadline; at this moment, another thread starts a shorter wait. */
    @Test
    void aShorterWaitThatStartsWhileATaskRunsIsKept() {
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        LimitTimer timer = new LimitTimer(lookingAt(clock, meanwhile), 0, expired::incrementAndGet);
        timer.start(seconds(10));
        clock.advance(Duration.ofSeconds(9));
        timer.start(seconds(10));
        meanwhile.set(() -> timer.start(seconds(1)));
        clock.advance(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(1));

        assertThat(expired).hasValue(1);
    }

    /** A clock that runs an action once, when it is read. */
    private static Timer lookingAt(Timer clock, AtomicReference<Runnable> meanwhile) {
        return new Timer() {
            @Override
            public long nanoTime() {
                meanwhile.getAndSet(() -> {}).run();
                return clock.nanoTime();
            }

            @Override
            public Runnable after(long nanos, Runnable task) {
                return clock.after(nanos, task);
            }
        };
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
