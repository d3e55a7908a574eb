package dev.postern.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the items of a whole answer: one subscription. Cold: each subscription makes a call. Cancelling the
 * subscription cancels the future.
 *
 * @param <A> the answer
 * @param <T> the items
 */
public final class FutureStream<A, T> implements Flow.Subscription {
    private final Flow.Subscriber<? super T> downstream;
    private final Supplier<CompletableFuture<A>> call;
    private final Function<? super A, ? extends Iterable<? extends T>> items;
    private final Function<? super Throwable, ? extends Throwable> failures;

    private final SerialLoop loop = new SerialLoop(this::pass);
    private final Demand demand = new Demand();
    private volatile @Nullable CompletableFuture<A> pending;
    private volatile @Nullable A answer;
    private volatile @Nullable Throwable failure;
    private volatile boolean over;

    // Used by the pass only.
    private @Nullable Deque<T> waiting;
    private long sent;

    private FutureStream(
            Flow.Subscriber<? super T> downstream,
            Supplier<CompletableFuture<A>> call,
            Function<? super A, ? extends Iterable<? extends T>> items,
            Function<? super Throwable, ? extends Throwable> failures) {
        this.downstream = downstream;
        this.call = call;
        this.items = items;
        this.failures = failures;
    }

    /**
     * A stream of a call's answer.
     *
     * @param items the items of an answer
     * @param failures converts the failure of a call to the failure that the subscriber gets
     */
    public static <A, T> Flow.Publisher<T> of(
            Supplier<CompletableFuture<A>> call,
            Function<? super A, ? extends Iterable<? extends T>> items,
            Function<? super Throwable, ? extends Throwable> failures) {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new FutureStream<>(subscriber, call, items, failures).start();
        };
    }

    private void start() {
        Throwable thrown = Signals.subscribe(downstream, this);
        if (thrown != null) {
            failure = thrown;
        }
        loop.open();
        if (over) {
            return;
        }
        try {
            CompletableFuture<A> calling = call.get();
            pending = calling;
            var unused = calling.whenComplete(this::answered); // the failure of this stage is that of the call
        } catch (RuntimeException | Error e) { // such as a class that is missing
            answered(null, e);
        }
        if (over) { // it was cancelled meanwhile
            cancel();
        }
    }

    private void answered(@Nullable A response, @Nullable Throwable thrown) {
        if (response != null) {
            answer = response;
        } else {
            Throwable cause = thrown == null ? new NullPointerException("the answer is null") : thrown;
            try {
                failure = failures.apply(cause);
            } catch (Throwable e) { // there is no memory, for example
                failure = e;
            }
        }
        loop.signal();
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            demand.add(n);
        } else {
            failure = new IllegalArgumentException(
                    "request(" + n + "): the number of requested items must be at least 1 (§3.9)");
        }
        loop.signal();
    }

    @Override
    public void cancel() {
        over = true;
        CompletableFuture<A> calling = pending;
        if (calling != null) {
            calling.cancel(true);
        }
    }

    private void pass() {
        if (over) {
            return;
        }
        try {
            act();
        } catch (Throwable thrown) { // by the items, or there is no memory
            fail(thrown);
        }
    }

    private void act() {
        Throwable thrown = failure;
        if (thrown != null) {
            fail(thrown);
            return;
        }
        A response = answer;
        if (response != null) {
            if (waiting == null) {
                waiting = new ArrayDeque<>();
                for (T item : items.apply(response)) {
                    waiting.add(item);
                }
            }
            emit(waiting);
        }
    }

    private void emit(Deque<T> left) {
        long asked = demand.total();
        for (T next; sent < asked && !over && (next = left.poll()) != null; sent++) {
            Throwable thrown = Signals.next(downstream, next);
            if (thrown != null) {
                fail(thrown);
                return;
            }
        }
        if (left.isEmpty() && !over) {
            over = true;
            Signals.complete(downstream);
        }
    }

    private void fail(Throwable cause) {
        if (over) { // it was cancelled, and then the subscriber threw
            Signals.lost(downstream, cause);
        } else {
            cancel();
            Signals.error(downstream, cause);
        }
    }
}
