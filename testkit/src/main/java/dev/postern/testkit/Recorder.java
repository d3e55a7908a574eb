package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A subscriber that keeps all it is told, and notes what it should not have been told: an item that nobody asked for, a
 * signal after the end, two signals at once. It asks for what the test says and nothing else.
 *
 * @param <T> what flows
 */
public final class Recorder<T> implements Flow.Subscriber<T> {
    private static final long PATIENCE_SECONDS = 30;

    private final long atFirst;
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Consumer<? super T> action = item -> {};

    // All guarded by this.
    private final List<T> items = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private Flow.Subscription subscription;
    private long asked;
    private boolean completed;
    private Throwable failure;

    private Recorder(long atFirst) {
        this.atFirst = atFirst;
    }

    /** Asks for this many items at first; 0 for none. */
    public static <T> Recorder<T> asking(long items) {
        return new Recorder<>(items);
    }

    /** Asks for all there is. */
    public static <T> Recorder<T> unbounded() {
        return new Recorder<>(Long.MAX_VALUE);
    }

    /** A recorder of this publisher that asks for all there is. */
    public static <T> Recorder<T> of(Flow.Publisher<? extends T> publisher) {
        return Recorder.<T>unbounded().on(publisher);
    }

    /** Subscribes to the publisher. */
    public Recorder<T> on(Flow.Publisher<? extends T> publisher) {
        publisher.subscribe(this);
        return this;
    }

    /** Does this with each item, after it was recorded. */
    public Recorder<T> eachTime(Consumer<? super T> doThis) {
        action = doThis;
        return this;
    }

    /** Asks for more. */
    public void request(long n) {
        Flow.Subscription upstream;
        synchronized (this) {
            await("a subscription", () -> subscription != null);
            upstream = subscription;
            asked = asked + n < 0 ? Long.MAX_VALUE : asked + n;
        }
        upstream.request(n);
    }

    /** Cancels the subscription. */
    public void cancel() {
        Flow.Subscription upstream;
        synchronized (this) {
            await("a subscription", () -> subscription != null);
            upstream = subscription;
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
        if (atFirst > 0) {
            request(atFirst);
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
                if (items.size() > asked) {
                    violation(items.size() + " items where " + asked + " were asked for");
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

    /** Waits until at least this many items have come; returns those. */
    public synchronized List<T> awaitItems(int count) {
        await(count + " items", () -> items.size() >= count || isOver());
        assertThat(items.size())
                .as("items before the end, which was " + (completed ? "good" : failure))
                .isGreaterThanOrEqualTo(count);
        return List.copyOf(items.subList(0, count));
    }

    /** Waits for the end, whichever it is. */
    public synchronized Recorder<T> awaitEnd() {
        await("an end", this::isOver);
        return this;
    }

    /** Waits for the good end; returns all items. Fails if any signal broke the rules. */
    public synchronized List<T> awaitComplete() {
        awaitEnd();
        assertThat(failure).as("failure after " + items.size() + " items").isNull();
        assertClean();
        return items();
    }

    /** Waits for the bad end. Fails if any signal broke the rules. */
    public synchronized Throwable awaitFailure() {
        awaitEnd();
        assertThat(completed).as("completed with " + items).isFalse();
        assertClean();
        return failure;
    }

    /** Waits for the bad end, which is of this type. Fails if any signal broke the rules. */
    public <X extends Throwable> X awaitFailure(Class<X> type) {
        Throwable thrown = awaitFailure();
        assertThat(thrown).isInstanceOf(type);
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

    /** Fails if any signal broke the rules. */
    public synchronized void assertClean() {
        assertThat(violations).as("violations of the protocol").isEmpty();
    }

    private synchronized void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no sign of " + what + "; there are " + items.size() + " items, violations "
                        + violations + ", and the end is " + (completed ? "good" : failure));
            }
            ScriptedServer.waitFor(this, left);
        }
    }
}
