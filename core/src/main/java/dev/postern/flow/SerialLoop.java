package dev.postern.flow;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pass at most once at a time, whoever signals: a signal during a pass causes exactly one more. Whatever was
 * written before {@link #signal} is visible to the pass that follows, and what one pass wrote is visible to the next, so
 * that a pass may use plain fields.
 *
 * <p>The loop begins held: signals are only counted until {@link #open}. That keeps a publisher from emitting before
 * {@code onSubscribe} has returned (Reactive Streams §1.3).
 */
public final class SerialLoop implements Runnable {
    private final AtomicInteger signals = new AtomicInteger(1);
    private final Runnable pass;
    private final @Nullable Dispatcher dispatcher;

    /** A loop of this pass. What a pass throws comes out of the call that ran it; the loop itself goes on. */
    public SerialLoop(Runnable pass) {
        this(pass, null);
    }

    /** A loop whose pass may block, so that it runs where the dispatcher says; without one, where it is signalled. */
    SerialLoop(Runnable pass, @Nullable Dispatcher dispatcher) {
        this.pass = pass;
        this.dispatcher = dispatcher;
    }

    /** Something was recorded: runs the pass, unless it is running now, or held. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            begin();
        }
    }

    /** Runs what was signalled so far. Called once. */
    public void open() {
        begin();
    }

    private void begin() {
        if (dispatcher == null) {
            run();
        } else {
            dispatcher.runBlocking(this);
        }
    }

    /** For the dispatcher alone. */
    @Override
    public void run() {
        Throwable thrown = null;
        int seen = signals.get();
        do {
            try {
                pass.run();
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
        if (thrown instanceof Error error) {
            throw error;
        } else if (thrown != null) {
            throw (RuntimeException) thrown;
        }
    }
}
