package dev.postern.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.flow.Dispatcher;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** What one random call does, and what must be true after it. It rides in the context of the call. */
final class StressPlan {
    static final CallContext.Key<StressPlan> KEY = CallContext.Key.of("plan", StressPlan.class);

    final long seed;
    final Random random;
    final Witness outer = new Witness();
    final Witness inner = new Witness();
    final AtomicInteger filters = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final AtomicInteger exchanges = new AtomicInteger();
    final AtomicInteger exchangesOver = new AtomicInteger();
    final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    /** Decisions that come after the end of the call. */
    final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

    private final AtomicInteger running = new AtomicInteger();
    private final int cancelAfter;
    /** Nothing more happens before the caller cancels. */
    volatile boolean hangs;
    /** The caller has cancelled. */
    volatile boolean gone;

    StressPlan(long seed) {
        this.seed = seed;
        this.random = new Random(seed * 7919);
        this.cancelAfter = random.nextInt(3) == 0 ? random.nextInt(60) : Integer.MAX_VALUE;
    }

    static StressPlan of(CallContext context) {
        return context.get(KEY).orElseThrow();
    }

    /** Random numbers for a part of the call, whatever thread it runs on. */
    Random random(int part) {
        return new Random(seed * 31 + part);
    }

    /** Runs a task of the call on another thread. */
    void execute(Runnable task) {
        running.incrementAndGet();
        Dispatcher.shared().start(() -> {
            try {
                task.run();
            } finally {
                running.decrementAndGet();
            }
        });
    }

    /** A stage that is complete already, or will be. */
    <T> CompletableFuture<T> stage(Random by, T value) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        if (by.nextBoolean()) {
            stage.complete(value);
        } else {
            execute(() -> stage.complete(value));
        }
        return stage;
    }

    /** Asks for more until the call is over, or cancels it. */
    void steps(BooleanSupplier over, Runnable more, Runnable cancel) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (int step = 0; !over.getAsBoolean() && !gone; step++) {
            if (step >= cancelAfter || hangs) {
                gone = true;
                cancel.run();
            } else {
                more.run();
                Thread.yield();
            }
            assertThat(System.nanoTime()).as("the call does not end").isLessThan(end);
        }
    }

    void check() throws InterruptedException {
        Witness.Seen call = outer.ended();
        late.forEach(Runnable::run);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (running.get() != 0
                || closed.get() != filters.get()
                || exchanges.get() != exchangesOver.get()
                || inner.calls.stream().anyMatch(each -> each.over.getCount() > 0)) {
            assertThat(System.nanoTime()).as("something stays open").isLessThan(end);
            Thread.yield();
        }
        assertThat(wrong).isEmpty();
        assertThat(outer.violations).isEmpty();
        assertThat(inner.violations).isEmpty();
        assertThat(call.tokensOfCall()).isEqualTo(call.tokensOfAttempts());
        for (Witness.Seen each : inner.calls) {
            assertThat(each.tokensOfCall()).isEqualTo(each.tokensOfAttempts());
        }
    }

    @Override
    public String toString() {
        return "running " + running + ", filters " + filters + ", closed " + closed + ", exchanges " + exchanges
                + ", over "
                + exchangesOver + ", hangs " + hangs + ", gone " + gone + ", news "
                + outer.calls.stream().map(each -> each.news).toList() + ", inside "
                + inner.calls.stream().map(each -> each.news).toList();
    }
}
