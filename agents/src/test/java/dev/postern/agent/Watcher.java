package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Subscribes to a run and checks that its signals follow the rules. */
final class Watcher implements Flow.Subscriber<AgentEvent> {
    private final List<AgentEvent> events = new ArrayList<>();
    private final long first;
    private final Consumer<? super AgentEvent> reaction;
    private volatile Flow.Subscription subscription;
    private @Nullable Throwable failure;
    private boolean complete;
    private int ends;
    private volatile @Nullable Thread inside;
    private volatile boolean overlapping;

    private Watcher(long first, Consumer<? super AgentEvent> reaction) {
        this.first = first;
        this.reaction = reaction;
    }

    /** Subscribes with an initial demand. */
    static Watcher of(Flow.Publisher<AgentEvent> run, long first) {
        return of(run, first, event -> {});
    }

    static Watcher of(Flow.Publisher<AgentEvent> run, long first, Consumer<? super AgentEvent> reaction) {
        Watcher watcher = new Watcher(first, reaction);
        run.subscribe(watcher);
        return watcher;
    }

    static Watcher of(Flow.Publisher<AgentEvent> run) {
        return of(run, Long.MAX_VALUE);
    }

    /** Waits for a latch. */
    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void request(long n) {
        subscription.request(n);
    }

    void cancel() {
        subscription.cancel();
    }

    @Override
    public void onSubscribe(Flow.Subscription opened) {
        subscription = opened;
        if (first != 0) {
            opened.request(first);
        }
    }

    @Override
    public void onNext(AgentEvent event) {
        Thread before = inside;
        overlapping |= before != null && before != Thread.currentThread();
        inside = Thread.currentThread();
        synchronized (this) {
            overlapping |= ends > 0;
            events.add(event);
            notifyAll();
        }
        reaction.accept(event);
        inside = before;
    }

    @Override
    public synchronized void onError(Throwable thrown) {
        failure = thrown;
        ends++;
        notifyAll();
    }

    @Override
    public synchronized void onComplete() {
        complete = true;
        ends++;
        notifyAll();
    }

    synchronized List<AgentEvent> events() {
        return List.copyOf(events);
    }

    /** Returns the events of one kind. */
    <E extends AgentEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    synchronized boolean hasEnded() {
        return ends > 0;
    }

    Watcher awaitEvents(int count) {
        return awaitThat(() -> events.size() >= count);
    }

    Watcher awaitEnd() {
        awaitThat(() -> ends > 0);
        synchronized (this) {
            assertThat(ends).as("ends").isEqualTo(1);
        }
        assertThat(overlapping).as("signals that overlap or follow the end").isFalse();
        return this;
    }

    private synchronized Watcher awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("timed out after 30 s; events: " + events + ", failure: " + failure);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return this;
    }

    /** Waits for the end of the run and returns the result. */
    AgentResult result() {
        awaitEnd();
        synchronized (this) {
            assertThat(failure).isNull();
            assertThat(complete).isTrue();
        }
        AgentEvent last = events().get(events().size() - 1);
        assertThat(last).isInstanceOf(AgentEvent.Done.class);
        return ((AgentEvent.Done) last).result();
    }

    /** Waits for the end of the run and returns its failure. */
    Throwable failure() {
        awaitEnd();
        synchronized (this) {
            assertThat(failure).isNotNull();
            return failure;
        }
    }
}
