package dev.postern.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that records all signals and detects violations of Reactive Streams: an item without demand, a signal after
 * the end, concurrent signals. It requests only the items that the test specifies. Waits last at most 30 seconds.
 *
 * @param <T> the type of the items
 */
public final class Recorder<T> implements Flow.Subscriber<T> {
    private final long initialDemand;
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Consumer<? super T> action = item -> {};

    // All fields below are guarded by this.
    private final List<T> items = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private Flow.@Nullable Subscription subscription;
    private long requested;
    private boolean completed;
    private @Nullable Throwable failure;

    private Recorder(long initialDemand) {
        this.initialDemand = initialDemand;
    }

    /** A recorder that requests this number of items at the start; 0 for none. */
    public static <T> Recorder<T> requesting(long items) {
        return new Recorder<>(items);
    }

    /** A recorder that requests all items. */
    public static <T> Recorder<T> unbounded() {
        return new Recorder<>(Long.MAX_VALUE);
    }

    /** A recorder that requests all items of this publisher. */
    public static <T> Recorder<T> of(Flow.Publisher<? extends T> publisher) {
        return Recorder.<T>unbounded().on(publisher);
    }

    /** Subscribes to the publisher. */
    public Recorder<T> on(Flow.Publisher<? extends T> publisher) {
        publisher.subscribe(this);
        return this;
    }

    /** Runs this action with each item, after it was recorded. */
    public Recorder<T> onEach(Consumer<? super T> action) {
        this.action = action;
        return this;
    }

    /** Requests more items. */
    public void request(long n) {
        Flow.Subscription upstream;
        synchronized (this) {
            await("a subscription", () -> subscription != null);
            upstream = Objects.requireNonNull(subscription);
            requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        }
        upstream.request(n);
    }

    /** Cancels the subscription. */
    public void cancel() {
        Flow.Subscription upstream;
        synchronized (this) {
            await("a subscription", () -> subscription != null);
            upstream = Objects.requireNonNull(subscription);
        }
        upstream.cancel();
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        enter("onSubscribe");
        synchronized (this) {
            if (subscription != null) {
                violation("a second onSubscribe");
            }
            subscription = upstream;
            notifyAll();
        }
        if (initialDemand > 0) {
            request(initialDemand);
        }
        leave();
    }

    @Override
    public void onNext(T item) {
        enter("onNext(" + item + ")");
        try {
            synchronized (this) {
                signal("onNext(" + item + ")");
                items.add(item);
                if (items.size() > requested) {
                    violation(items.size() + " items, but " + requested + " were requested");
                }
                notifyAll();
            }
            action.accept(item);
        } finally {
            leave();
        }
    }

    @Override
    public void onError(Throwable thrown) {
        enter("onError(" + thrown + ")");
        synchronized (this) {
            signal("onError(" + thrown + ")");
            failure = thrown;
            notifyAll();
        }
        leave();
    }

    @Override
    public void onComplete() {
        enter("onComplete");
        synchronized (this) {
            signal("onComplete");
            completed = true;
            notifyAll();
        }
        leave();
    }

    private void enter(String what) {
        Thread other = inside.getAndSet(Thread.currentThread());
        if (other != null) {
            violation(
                    what + " on " + Thread.currentThread().getName() + " during another signal on " + other.getName());
        }
    }

    private void leave() {
        inside.set(null);
    }

    private void signal(String what) {
        if (subscription == null) {
            violation(what + " before onSubscribe");
        }
        if (completed || failure != null) {
            violation(what + " after the end");
        }
    }

    private synchronized void violation(String what) {
        violations.add(what);
    }

    /** Waits for at least this number of items; returns them. */
    public synchronized List<T> awaitItems(int count) {
        await(count + " items", () -> items.size() >= count || isOver());
        check(items.size() >= count, "expected " + count + " items before the end");
        return List.copyOf(items.subList(0, count));
    }

    /** The item with this number, the first one is 0; null if the stream ended before. Waits for one of both. */
    synchronized @Nullable T awaitItemOrEnd(int number, Duration time) {
        Waits.until(this, time, () -> items.size() > number || isOver(), () -> "event " + (number + 1) + state());
        return items.size() > number ? items.get(number) : null;
    }

    /** Waits for the end, with or without a failure. */
    public synchronized Recorder<T> awaitEnd() {
        await("an end", this::isOver);
        return this;
    }

    /** Waits for onComplete; returns all items. Fails if there was a violation. */
    public synchronized List<T> awaitComplete() {
        awaitEnd();
        check(failure == null, "expected onComplete");
        assertNoViolations();
        return items();
    }

    /** Waits for onError. Fails if there was a violation. */
    public synchronized Throwable awaitFailure() {
        awaitEnd();
        check(!completed, "expected onError");
        assertNoViolations();
        return Objects.requireNonNull(failure);
    }

    /** Waits for onError with this type of failure. Fails if there was a violation. */
    public <X extends Throwable> X awaitFailure(Class<X> type) {
        Throwable thrown = awaitFailure();
        check(type.isInstance(thrown), "expected a failure of " + type);
        return type.cast(thrown);
    }

    /** All items so far. */
    public synchronized List<T> items() {
        return List.copyOf(items);
    }

    /** Whether an end was signalled. */
    public synchronized boolean isOver() {
        return completed || failure != null;
    }

    /** The failure that ended the stream; null if there is none so far. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Fails if there was a violation. */
    public synchronized void assertNoViolations() {
        check(violations.isEmpty(), "the stream violates Reactive Streams: " + violations);
    }

    private synchronized void await(String what, BooleanSupplier condition) {
        Waits.until(this, FakeCalls.PATIENCE, condition, () -> what + state());
    }

    private synchronized void check(boolean good, String what) {
        if (!good) {
            throw new AssertionError(what + state(), failure);
        }
    }

    private String state() {
        return "; there are " + items.size() + " items: " + Shown.list(items) + ", and the end is "
                + (completed ? "onComplete" : failure == null ? "missing" : failure)
                + (violations.isEmpty() ? "" : ", violations: " + violations);
    }
}
