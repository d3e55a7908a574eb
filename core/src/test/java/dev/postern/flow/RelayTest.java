package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testkit.Recorder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RelayTest {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

    @AfterAll
    static void shutDown() {
        THREADS.shutdownNow();
    }

    /** The thread that emits: the requesting one, or another. */
    private enum Mode {
        SYNC,
        ASYNC
    }

    // ---- demand

    @ParameterizedTest
    @EnumSource(Mode.class)
    void upstreamsFollowOneAnother(Mode mode) {
        Chain chain = new Chain(source(mode, 1, 3), failing(mode, 4, 4), source(mode, 5, 4), source(mode, 5, 9));

        chain.open(Recorder.unbounded());

        assertThat(chain.downstream.awaitComplete()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(chain.relay.delivered()).isEqualTo(9);
        assertThat(chain.relay.isOver()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void demandSurvivesASwitchAndIsNotRepeated(Mode mode) {
        Source first = failing(mode, 1, 2);
        Source second = source(mode, 3, 9);
        Chain chain = new Chain(first, second);

        chain.open(Recorder.requesting(5));
        chain.downstream.awaitItems(5);
        assertThat(first.asked).hasValue(5);
        assertThat(second.asked).hasValue(3);

        chain.downstream.request(2);
        chain.downstream.awaitItems(7);
        assertThat(second.asked).hasValue(5);

        chain.downstream.request(2);
        assertThat(chain.downstream.awaitComplete()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void demandBetweenTwoUpstreamsGoesToTheNext() {
        Manual first = new Manual();
        Manual second = new Manual();
        Chain chain = new Chain(first);
        chain.open(Recorder.requesting(1));
        first.subscriber.onNext(1);
        chain.later = second;
        first.subscriber.onError(new IllegalStateException());
        chain.downstream.request(3);
        assertThat(chain.relay.isOver()).isFalse();

        chain.relay.next(second);

        assertThat(second.asked).hasValue(3);
    }

    @Test
    void unlimitedDemandStaysUnlimited() {
        Manual first = new Manual();
        Manual second = new Manual();
        Chain chain = new Chain(first, second);
        chain.open(Recorder.unbounded());
        first.subscriber.onNext(1);

        first.subscriber.onComplete();

        assertThat(second.asked.get()).isGreaterThan(Long.MAX_VALUE / 2);
        chain.downstream.request(5);
        second.subscriber.onNext(2);
        second.subscriber.onComplete();
        assertThat(chain.downstream.awaitComplete()).containsExactly(1, 2);
    }

    @Test
    void anUpstreamThatEndsWithoutDemandIsFollowedByTheNext() {
        Chain chain = new Chain(source(Mode.SYNC, 1, 0), source(Mode.SYNC, 1, 0), source(Mode.SYNC, 1, 1));
        chain.open(Recorder.requesting(0));
        assertThat(chain.downstream.isOver()).isFalse();

        chain.downstream.request(1);

        assertThat(chain.downstream.awaitComplete()).containsExactly(1);
    }

    @Test
    void theLastFailureIsSignalledOnce() {
        IllegalStateException last = new IllegalStateException("last");
        Manual first = new Manual();
        Manual second = new Manual();
        Chain chain = new Chain(first, second);
        chain.open(Recorder.requesting(1));

        first.subscriber.onError(new IllegalStateException("first"));
        second.subscriber.onError(last);
        chain.relay.fail(new IllegalStateException("too late"));
        chain.relay.complete();

        assertThat(chain.downstream.awaitFailure()).isSameAs(last);
    }

    @Test
    void aSecondSubscriptionOfOneUpstreamIsCancelled() {
        Manual leg = new Manual();
        Chain chain = new Chain(leg);
        chain.open(Recorder.requesting(1));
        Manual intruder = new Manual();

        leg.subscriber.onSubscribe(intruder);

        assertThat(intruder.cancels).hasValue(1);
        assertThat(leg.cancels).hasValue(0);
    }

    // ---- mistakes

    @Test
    void aRequestForZeroFailsInTheUpstream() {
        Chain chain = new Chain(source(Mode.SYNC, 1, 9));
        chain.open(Recorder.requesting(0));

        chain.downstream.request(0);

        assertThat(chain.downstream.awaitFailure()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestForZeroBeforeTheFirstUpstreamFails() {
        Chain chain = new Chain(source(Mode.SYNC, 1, 9));
        Recorder<Integer> downstream = Recorder.requesting(0);
        chain.downstream = downstream;
        chain.relay = new Relay<>(downstream, chain);
        chain.relay.open();
        downstream.request(-1);

        chain.proceed();

        assertThat(downstream.awaitFailure()).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- cancellation

    @Test
    void aCancelReachesTheUpstreamAndTheScript() {
        Manual leg = new Manual();
        Chain chain = new Chain(leg);
        chain.open(Recorder.requesting(1));

        chain.downstream.cancel();
        leg.subscriber.onNext(1);
        leg.subscriber.onComplete();

        assertThat(leg.cancels.get()).isPositive();
        assertThat(chain.cancels).hasValue(1);
        assertThat(chain.downstream.items()).isEmpty();
        assertThat(chain.downstream.isOver()).isFalse();
    }

    @Test
    void aCancelBetweenTwoUpstreamsPreventsTheNextSubscription() {
        Manual first = new Manual();
        Manual second = new Manual();
        Chain chain = new Chain(first);
        chain.later = second;
        chain.open(Recorder.requesting(1));
        first.subscriber.onComplete();

        chain.downstream.cancel();
        chain.relay.next(second);

        assertThat(chain.cancels).hasValue(1);
        assertThat(second.subscriber).isNull();
    }

    /** The next upstream was subscribed to, but has not yet called {@code onSubscribe}. */
    @Test
    void aCancelDuringASwitchReachesTheNewUpstream() {
        Manual first = new Manual();
        Manual second = new Manual() {
            @Override
            public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
                this.subscriber = subscriber;
            }
        };
        Chain chain = new Chain(first, second);
        chain.open(Recorder.requesting(1));
        first.subscriber.onComplete();

        chain.downstream.cancel();
        assertThat(second.cancels).hasValue(0);
        second.subscriber.onSubscribe(second);

        assertThat(second.cancels.get()).isPositive();
        assertThat(second.asked).hasValue(0);
    }

    @Test
    void aCancelInsideOnNextStopsASynchronousUpstream() {
        Source endless = source(Mode.SYNC, 1, Integer.MAX_VALUE - 1);
        Chain chain = new Chain(endless);
        Recorder<Integer> downstream = Recorder.unbounded();
        downstream.onEach(item -> {
            if (item == 1000) {
                downstream.cancel();
            }
        });

        chain.open(downstream);

        assertThat(downstream.items()).hasSize(1000);
        downstream.assertNoViolations();
    }

    /** The pass is inside {@code request} of the upstream, so the cancel must not wait for it. */
    @Test
    void aCancelFromAnotherThreadStopsAnEndlessSynchronousUpstream() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Source endless = source(Mode.SYNC, 1, Integer.MAX_VALUE - 1);
        AtomicLong count = new AtomicLong();
        Flow.Subscriber<Integer> downstream = new Silent() {
            @Override
            public void onNext(Integer item) {
                if (count.incrementAndGet() == 100) {
                    running.countDown();
                }
            }
        };
        Relay<Integer> relay = new Relay<>(downstream, new Chain());
        relay.open();
        relay.next(endless);
        Thread emitting = new Thread(() -> relay.request(Long.MAX_VALUE));
        emitting.start();
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

        relay.cancel();

        emitting.join(30_000);
        assertThat(emitting.isAlive()).isFalse();
        assertThat(endless.next).as("it was stopped before it came to its end").isLessThan(endless.to);
    }

    // ---- stress

    /**
     * Random chains of upstreams that fail or not and emit on the requesting thread or on others, with random demand.
     */
    @Test
    void randomChainsNeitherLoseNorRepeatItems() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        for (long seed = 0; System.nanoTime() < end; seed++) {
            Random random = new Random(seed);
            List<Source> legs = new ArrayList<>();
            int next = 0;
            for (int i = 1 + random.nextInt(5); --i >= 0; ) {
                int size = random.nextInt(6);
                Mode mode = random.nextBoolean() ? Mode.SYNC : Mode.ASYNC;
                legs.add(new Source(mode, next, next + size, random.nextBoolean()));
                next += size;
            }
            int expected = next;
            Chain chain = new Chain(legs.toArray(Source[]::new));
            Recorder<Integer> downstream = Recorder.requesting(random.nextInt(3));
            if (random.nextInt(4) == 0) {
                downstream.onEach(item -> downstream.request(1));
            }

            chain.open(downstream);
            while (!downstream.isOver()) { // from a thread that is not one of the emitting ones
                downstream.request(1 + ThreadLocalRandom.current().nextInt(3));
                Thread.onSpinWait();
            }

            assertThat(downstream.awaitComplete())
                    .as("seed " + seed)
                    .hasSize(expected)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void randomCancelsLeaveNoUpstreamRunning() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        for (long seed = 0; System.nanoTime() < end; seed++) {
            Random random = new Random(seed);
            Source[] legs = new Source[1 + random.nextInt(4)];
            for (int i = 0; i < legs.length; i++) {
                Mode mode = random.nextBoolean() ? Mode.SYNC : Mode.ASYNC;
                legs[i] = i < legs.length - 1
                        ? new Source(mode, 0, random.nextInt(20), random.nextBoolean())
                        : new Source(Mode.ASYNC, 0, Integer.MAX_VALUE, false);
            }
            Chain chain = new Chain(legs);
            Recorder<Integer> downstream = Recorder.unbounded();

            chain.open(downstream);
            for (int spins = random.nextInt(200); --spins >= 0; ) {
                Thread.onSpinWait();
            }
            downstream.cancel();

            for (Source leg : legs) {
                leg.awaitStopped();
            }
            assertThat(chain.cancels).hasValue(1);
            downstream.assertNoViolations();
        }
    }

    // ---- helpers

    private static Source source(Mode mode, int from, int to) {
        return new Source(mode, from, to + 1, false);
    }

    private static Source failing(Mode mode, int from, int to) {
        return new Source(mode, from, to + 1, true);
    }

    // ---- code that throws

    @Test
    void aScriptThatThrowsEndsTheStream() {
        OutOfMemoryError error = new OutOfMemoryError("Java heap space");
        Manual first = new Manual();
        Chain chain = new Chain(first);
        chain.unable = error;
        chain.open(Recorder.unbounded());

        first.subscriber.onError(new Expected());

        assertThat(chain.downstream.awaitFailure()).isSameAs(error);
        assertThat(chain.cancels).hasValue(1);
    }

    @Test
    void aSubscriberThatThrowsGetsTheFailureAndItsUpstreamIsCancelled() {
        AssertionError thrown = new AssertionError("mine");
        Manual first = new Manual();
        Chain chain = new Chain(first);
        Recorder<Integer> downstream = Recorder.unbounded();
        chain.open(downstream.onEach(item -> {
            throw thrown;
        }));

        first.subscriber.onNext(1);
        first.subscriber.onNext(2);
        first.subscriber.onError(new Expected());

        assertThat(downstream.awaitFailure()).isSameAs(thrown);
        assertThat(downstream.items()).containsExactly(1);
        assertThat(first.cancels.get()).isPositive();
        assertThat(chain.cancels).hasValue(1);
    }

    @Test
    void aSubscriptionThatThrowsEndsTheStream() {
        IllegalStateException thrown = new IllegalStateException("request");
        Chain chain = new Chain(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                throw thrown;
            }

            @Override
            public void cancel() {}
        }));

        chain.open(Recorder.unbounded());

        assertThat(chain.downstream.awaitFailure()).isSameAs(thrown);
    }

    /** A relay whose legs follow one another, however each one ends, until the last has ended. */
    private static final class Chain implements Relay.Script {
        private final Deque<Flow.Publisher<Integer>> legs = new ArrayDeque<>();
        private final AtomicInteger cancels = new AtomicInteger();
        private Recorder<Integer> downstream;
        private Relay<Integer> relay;
        /** Set: it cannot say what follows. */
        private volatile Error unable;
        /** Set: this follows the others, but only when the test says so. */
        private volatile Flow.Publisher<Integer> later;

        @SafeVarargs
        Chain(Flow.Publisher<Integer>... legs) {
            for (Flow.Publisher<Integer> leg : legs) {
                this.legs.add(leg);
            }
        }

        void open(Recorder<Integer> subscriber) {
            downstream = subscriber;
            relay = new Relay<>(subscriber, this);
            relay.open();
            proceed();
        }

        void proceed() {
            relay.next(legs.remove());
        }

        @Override
        public void completed() {
            if (!legs.isEmpty()) {
                proceed();
            } else if (later == null) {
                relay.complete();
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (unable != null) {
                throw unable;
            } else if (cause instanceof Expected || !legs.isEmpty() || later != null) {
                completed();
            } else {
                relay.fail(cause);
            }
        }

        @Override
        public void cancelled() {
            cancels.incrementAndGet();
        }
    }

    private static final class Expected extends RuntimeException {}

    /** The numbers from one to another, then an end; itself a correct publisher for one subscriber. */
    private static final class Source implements Flow.Publisher<Integer>, Flow.Subscription {
        private final Mode mode;
        private final int to;
        private final boolean fails;
        private final AtomicLong asked = new AtomicLong();
        private final Demand demand = new Demand();
        private final SerialLoop loop = new SerialLoop(this::pass);
        private final AtomicInteger running = new AtomicInteger();
        private volatile boolean stopped;
        private volatile boolean wrong;
        private volatile boolean subscribed;
        private Flow.Subscriber<? super Integer> subscriber;
        private int next;
        private long sent;

        Source(Mode mode, int from, int to, boolean fails) {
            this.mode = mode;
            this.next = from;
            this.to = to;
            this.fails = fails;
        }

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> downstream) {
            subscriber = downstream;
            subscribed = true;
            downstream.onSubscribe(this);
            run(loop::open);
        }

        private void run(Runnable signal) {
            if (mode == Mode.SYNC) {
                signal.run();
            } else {
                running.incrementAndGet();
                THREADS.execute(() -> {
                    signal.run();
                    running.decrementAndGet();
                });
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                wrong = true;
            } else {
                asked.addAndGet(n);
                demand.add(n);
            }
            run(loop::signal);
        }

        @Override
        public void cancel() {
            stopped = true;
        }

        private void pass() {
            if (wrong && !stopped) {
                stopped = true;
                subscriber.onError(new IllegalArgumentException("§3.9"));
            }
            while (!stopped && next < to && sent < demand.total()) {
                sent++;
                subscriber.onNext(next++);
            }
            if (!stopped && next >= to) {
                stopped = true;
                if (fails) {
                    subscriber.onError(new Expected());
                } else {
                    subscriber.onComplete();
                }
            }
        }

        void awaitStopped() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (subscribed && !(stopped && running.get() == 0)) {
                assertThat(System.nanoTime()).as("the leg runs on").isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }

    /** An upstream whose signals the test sends. */
    private static class Manual implements Flow.Publisher<Integer>, Flow.Subscription {
        final AtomicLong asked = new AtomicLong();
        final AtomicInteger cancels = new AtomicInteger();
        Flow.Subscriber<? super Integer> subscriber;

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> downstream) {
            subscriber = downstream;
            downstream.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            asked.addAndGet(n);
        }

        @Override
        public void cancel() {
            cancels.incrementAndGet();
        }
    }

    /** Ignores everything. */
    private static class Silent implements Flow.Subscriber<Integer> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(Integer item) {}

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }
}
