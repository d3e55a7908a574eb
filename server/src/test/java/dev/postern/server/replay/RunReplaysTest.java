package dev.postern.server.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunReplaysTest {
    private final TestAlarm alarm = new TestAlarm();
    private final RunReplays<String> runs =
            new RunReplays<>(new ReplayLimits(Duration.ofMinutes(1), Duration.ofMinutes(5), 2, 10, 1_000), alarm);

    @Test
    void aRunIsFoundWhileItRunsAndForAWhileAfterItsEnd() {
        RunRelay relay = runs.begin("s", () -> {});
        assertThat(runs.find("s")).containsSame(relay);
        assertThat(runs.find("t")).isEmpty();

        relay.end();
        assertThat(runs.find("s")).containsSame(relay);
        assertThat(alarm.delays()).containsExactly(Duration.ofMinutes(5));
        alarm.ring();
        assertThat(runs.find("s")).isEmpty();
    }

    @Test
    void theNextRunOfASessionReplacesTheLastOneForGood() {
        runs.begin("s", () -> {}).end();
        RunRelay next = runs.begin("s", () -> {});

        alarm.ring();
        assertThat(runs.find("s")).as("the alarm was for the run before").containsSame(next);
    }

    @Test
    void theOldestRunThatHasEndedMakesRoom() {
        RunRelay running = runs.begin("running", () -> {});
        runs.begin("ended", () -> {}).end();
        RunRelay third = runs.begin("third", () -> {});

        assertThat(runs.find("ended")).isEmpty();
        assertThat(runs.find("running")).containsSame(running);
        assertThat(runs.find("third")).containsSame(third);
    }

    @Test
    void ifAllAreRunningTheNextOneIsNotKeptAndEndsWithItsClient() {
        runs.begin("a", () -> {});
        runs.begin("b", () -> {});
        AtomicInteger abandoned = new AtomicInteger();
        RunRelay third = runs.begin("c", abandoned::incrementAndGet);

        assertThat(runs.find("c")).isEmpty();
        assertThat(runs.size()).isEqualTo(2);
        third.watch(() -> {}).close();
        assertThat(abandoned).hasValue(1);
    }

    @Test
    void aRunToWhichNobodyCanComeBackEndsWithItsClient() {
        List<String> cancelled = new ArrayList<>();
        RunRelay.Watcher replaced =
                runs.begin("s", () -> cancelled.add("replaced")).watch(() -> {});
        RunRelay.Watcher deleted =
                runs.begin("s", () -> cancelled.add("deleted")).watch(() -> {});
        runs.forget("s");
        assertThat(cancelled).isEmpty();

        replaced.close();
        deleted.close();
        assertThat(cancelled).containsExactly("replaced", "deleted");
        assertThat(alarm.delays()).isEmpty();
    }

    @Test
    void aRunWithoutAClientEndsWhenItIsForgotten() {
        AtomicInteger abandoned = new AtomicInteger();
        runs.begin("s", abandoned::incrementAndGet).watch(() -> {}).close();
        assertThat(abandoned).as("its client may come back").hasValue(0);

        runs.forget("s");
        assertThat(abandoned).hasValue(1);
        assertThat(alarm.delays()).isEmpty();
    }

    @Test
    void aRunKeepsNothingOfItsRequestAfterItsEnd() {
        AtomicInteger abandoned = new AtomicInteger();
        RunRelay relay = runs.begin("s", abandoned::incrementAndGet);
        relay.end();

        relay.cancel();
        assertThat(abandoned).hasValue(0);
    }

    @Test
    void aServerThatStopsCancelsRunsThatAreNotKept() {
        List<String> cancelled = new ArrayList<>();
        runs.begin("replaced", () -> cancelled.add("replaced"));
        runs.begin("replaced", () -> cancelled.add("replacing"));
        runs.begin("deleted", () -> cancelled.add("deleted"));
        runs.forget("deleted");
        runs.begin("b", () -> cancelled.add("b"));
        runs.begin("one too many", () -> cancelled.add("one too many"));
        runs.begin("ended", () -> cancelled.add("ended")).end();

        runs.cancelAll();
        assertThat(cancelled).containsExactlyInAnyOrder("replaced", "replacing", "deleted", "b", "one too many");
    }

    @Test
    void aDeletedSessionHasNoRun() {
        RunRelay relay = runs.begin("s", () -> {});
        runs.forget("s");
        relay.end();

        assertThat(runs.find("s")).isEmpty();
        alarm.ring();
        assertThat(runs.size()).isZero();
    }
}
