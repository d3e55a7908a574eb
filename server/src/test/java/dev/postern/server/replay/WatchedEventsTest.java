package dev.postern.server.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchedEventsTest {
    private final AtomicInteger abandoned = new AtomicInteger();
    private final RunRelay relay = new RunRelay(
            new ReplayLimits(Duration.ZERO, Duration.ZERO, 1, 3, 1_000),
            new TestAlarm(),
            abandoned::incrementAndGet,
            () -> {});
    private final WatchedEvents events =
            new WatchedEvents(relay, count -> ("gap " + count).getBytes(UTF_8), () -> "too slow".getBytes(UTF_8));

    private void add(String... texts) {
        for (String text : texts) {
            relay.add(text.getBytes(UTF_8));
        }
    }

    private TestSubscriber watch(long requested) {
        TestSubscriber subscriber = new TestSubscriber();
        events.subscribe(subscriber);
        if (requested > 0) {
            subscriber.request(requested);
        }
        return subscriber;
    }

    @Test
    void deliversWhatWasAndWhatComesAndTheEnd() {
        add("start", "1");
        TestSubscriber subscriber = watch(Long.MAX_VALUE);
        assertThat(subscriber.seen).containsExactly("start", "1");

        add("2", "done");
        relay.end();
        assertThat(subscriber.seen).containsExactly("start", "1", "2", "done", "complete");
    }

    @Test
    void deliversNoMoreThanWasRequested() {
        add("start", "1", "2");
        TestSubscriber subscriber = watch(0);
        assertThat(subscriber.seen).isEmpty();
        subscriber.request(2);
        assertThat(subscriber.seen).containsExactly("start", "1");
        relay.end();
        subscriber.request(2);
        assertThat(subscriber.seen).containsExactly("start", "1", "2", "complete");
    }

    @Test
    void aRequestInsideOfAnEventIsNoRecursion() {
        TestSubscriber subscriber = watch(0);
        subscriber.requestMore = true;
        subscriber.request(1);
        add("start");
        for (int i = 0; i < 20_000; i++) {
            add("x");
        }
        relay.end();

        assertThat(subscriber.seen).hasSize(20_002).endsWith("x", "complete");
    }

    @Test
    void saysWhatIsMissing() {
        add("start", "1", "2", "3", "4", "5");

        assertThat(watch(10).seen).containsExactly("start", "gap 2", "3", "4", "5");
    }

    @Test
    void oneThatIsTooSlowIsToldAndEnded() {
        TestSubscriber subscriber = watch(2);
        add("start", "1", "2", "3", "4", "5");
        subscriber.request(10);

        assertThat(subscriber.seen).containsExactly("start", "1", "too slow", "complete");
        assertThat(abandoned).as("its watching has ended").hasValue(1);
    }

    @Test
    void afterACancelNothingComesAndTheRunIsUnwatched() {
        TestSubscriber subscriber = watch(10);
        add("start");
        subscriber.cancel();
        add("1");
        relay.end();

        assertThat(subscriber.seen).containsExactly("start");
        assertThat(abandoned).hasValue(1);
    }

    @Test
    void anInvalidRequestIsAnError() {
        TestSubscriber subscriber = watch(0);
        subscriber.request(0);
        add("start");

        assertThat(subscriber.seen).containsExactly("IllegalArgumentException");
    }
}
