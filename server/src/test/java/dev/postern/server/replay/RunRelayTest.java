package dev.postern.server.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.server.replay.Watched.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunRelayTest {
    private static final ReplayLimits LIMITS = ReplayLimits.defaults();

    private final TestAlarm alarm = new TestAlarm();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private RunRelay relay(ReplayLimits limits) {
        return new RunRelay(limits, alarm, abandoned::incrementAndGet, ended::incrementAndGet);
    }

    private static ReplayLimits buffer(int events, long bytes) {
        return new ReplayLimits(LIMITS.linger(), LIMITS.keep(), LIMITS.maxRuns(), events, bytes);
    }

    /** Reads until there is nothing to read; what is no event has its class as its name. */
    private static List<String> read(RunRelay.Watcher watcher) {
        List<String> found = new ArrayList<>();
        while (true) {
            Watched next = watcher.next();
            found.add(text(next));
            if (!(next instanceof Event) && !(next instanceof Watched.Gap)) {
                return found;
            }
        }
    }

    private static String text(Watched next) {
        if (next instanceof Event event) {
            return new String(event.bytes(), UTF_8);
        }
        return next instanceof Watched.Gap gap
                ? "Gap " + gap.events()
                : next.getClass().getSimpleName();
    }

    private static void add(RunRelay relay, String... events) {
        for (String event : events) {
            relay.add(event.getBytes(UTF_8));
        }
    }

    @Test
    void oneThatComesLaterGetsTheEventsSoFarAndThenTheLiveOnes() {
        RunRelay relay = relay(LIMITS);
        RunRelay.Watcher first = relay.watch(() -> {});
        add(relay, "start", "a");
        assertThat(read(first)).containsExactly("start", "a", "Waiting");

        RunRelay.Watcher second = relay.watch(() -> {});
        assertThat(read(second)).containsExactly("start", "a", "Waiting");
        add(relay, "b", "done");
        relay.end();

        assertThat(read(first)).containsExactly("b", "done", "Ended");
        assertThat(read(second)).containsExactly("b", "done", "Ended");
        assertThat(read(relay.watch(() -> {}))).containsExactly("start", "a", "b", "done", "Ended");
        assertThat(ended).hasValue(1);
    }

    @Test
    void newsAreToldOnceAndOnlyToOneThatWaits() {
        RunRelay relay = relay(LIMITS);
        AtomicInteger news = new AtomicInteger();
        RunRelay.Watcher watcher = relay.watch(news::incrementAndGet);
        add(relay, "start", "a");
        assertThat(news).as("it has not looked yet").hasValue(0);

        read(watcher);
        add(relay, "b", "c");
        assertThat(news).as("two events, one piece of news").hasValue(1);

        read(watcher);
        relay.end();
        assertThat(news).hasValue(2);
    }

    @Test
    void aFullBufferKeepsTheFirstEventAndTheNewestAndSaysWhatIsMissing() {
        RunRelay relay = relay(buffer(3, 1_000));
        add(relay, "start", "1", "2", "3", "4", "5");

        assertThat(read(relay.watch(() -> {}))).containsExactly("start", "Gap 2", "3", "4", "5", "Waiting");
    }

    @Test
    void bytesAreLimitedTooButTheNewestEventIsKeptWhateverItsSize() {
        RunRelay relay = relay(buffer(100, 10));
        add(relay, "start", "1234", "5678", "90ab");
        assertThat(read(relay.watch(() -> {}))).containsExactly("start", "Gap 1", "5678", "90ab", "Waiting");

        add(relay, "larger than ten bytes");
        assertThat(read(relay.watch(() -> {}))).containsExactly("start", "Gap 3", "larger than ten bytes", "Waiting");
    }

    @Test
    void aSlowWatcherIsCutOffAndAnotherOneMissesNothing() {
        RunRelay relay = relay(buffer(3, 1_000));
        RunRelay.Watcher slow = relay.watch(() -> {});
        RunRelay.Watcher fast = relay.watch(() -> {});
        add(relay, "start", "1");
        assertThat(text(slow.next())).isEqualTo("start");
        assertThat(text(slow.next())).isEqualTo("1");
        read(fast);
        List<String> seen = new ArrayList<>();
        for (int i = 2; i < 3_000; i++) {
            add(relay, Integer.toString(i));
            seen.add(text(fast.next()));
        }

        assertThat(text(slow.next())).isEqualTo("TooSlow");
        assertThat(text(slow.next())).as("for ever").isEqualTo("TooSlow");
        assertThat(seen).hasSize(2_998).startsWith("2", "3").endsWith("2998", "2999");
    }

    @Test
    void aRunWithoutWatchersIsCancelledAfterAWhile() {
        RunRelay relay = relay(LIMITS);
        relay.watch(() -> {}).close();

        assertThat(abandoned).hasValue(0);
        assertThat(alarm.delays()).containsExactly(Duration.ofMinutes(1));
        alarm.ring();
        assertThat(abandoned).hasValue(1);
    }

    @Test
    void aWatcherThatComesBackInTimeSavesTheRun() {
        RunRelay relay = relay(LIMITS);
        relay.watch(() -> {}).close();
        RunRelay.Watcher back = relay.watch(() -> {});

        assertThat(alarm.delays()).as("the alarm was cancelled").isEmpty();
        RunRelay.Watcher other = relay.watch(() -> {});
        back.close();
        back.close();
        assertThat(alarm.delays()).as("another one still watches").isEmpty();
        other.close();
        assertThat(alarm.delays()).hasSize(1);
    }

    @Test
    void withoutTimeToComeBackItIsCancelledAtOnce() {
        ReplayLimits none = new ReplayLimits(Duration.ZERO, LIMITS.keep(), 10, 10, 1_000);
        relay(none).watch(() -> {}).close();

        assertThat(abandoned).hasValue(1);
    }

    @Test
    void aRunThatHasEndedIsNotCancelled() {
        RunRelay relay = relay(LIMITS);
        RunRelay.Watcher watcher = relay.watch(() -> {});
        relay.end();
        add(relay, "late");
        watcher.close();

        assertThat(alarm.delays()).isEmpty();
        assertThat(abandoned).hasValue(0);
        assertThat(read(relay.watch(() -> {}))).as("nothing follows an end").containsExactly("Ended");
    }

    @Test
    void watchersOnOtherThreadsSeeEveryEventOnceAndInOrder() throws Exception {
        RunRelay relay = relay(LIMITS);
        int count = 5_000;
        List<List<String>> seen = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            List<String> own = new ArrayList<>();
            seen.add(own);
            Semaphore news = new Semaphore(0);
            RunRelay.Watcher watcher = relay.watch(news::release);
            new Thread(() -> {
                        for (Watched next = watcher.next(); !(next instanceof Watched.Ended); next = watcher.next()) {
                            if (next instanceof Watched.Waiting) {
                                news.acquireUninterruptibly();
                            } else {
                                own.add(text(next));
                            }
                        }
                        over.countDown();
                    })
                    .start();
        }
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add("e" + i);
            add(relay, "e" + i);
        }
        relay.end();

        assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).allSatisfy(own -> assertThat(own).isEqualTo(sent));
    }
}
