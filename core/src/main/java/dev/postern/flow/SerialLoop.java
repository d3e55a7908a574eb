package dev.postern.flow;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pass on one thread at a time. Signals during a pass cause exactly one more pass. What a thread wrote before
 * {@link #signal} is visible to the following pass, and what a pass wrote is visible to the next one, so a pass may use
 * plain fields.
 *
 * <p>The loop starts closed: signals are only counted until {@link #open}. So a publisher does not emit before {@code
 * onSubscribe} has returned (Reactive Streams §1.3).
 */
public final class SerialLoop implements Runnable {
    private final AtomicInteger signals = new AtomicInteger(1);
    private final Runnable pass;
    private final @Nullable Dispatcher dispatcher;

    /** Creates a loop of this pass. The call that ran a pass throws what the pass threw; the loop can still be used. */
    public SerialLoop(Runnable pass) {
        this(pass, null);
    }

    /**
     * Creates a loop whose pass may block, so it runs where the dispatcher says; without one, on the thread that
     * signals.
     */
    SerialLoop(Runnable pass, @Nullable Dispatcher dispatcher) {
        this.pass = pass;
        this.dispatcher = dispatcher;
    }

    /** Creates a loop whose pass may block, so it runs where this dispatcher says. */
    public static SerialLoop blocking(Runnable pass, Dispatcher dispatcher) {
        return new SerialLoop(pass, dispatcher);
    }

    /** Runs the pass, or has the running pass repeated. Before {@link #open}, it is only counted. */
    public void signal() {
        if (signals.getAndIncrement() == 0) {
            begin();
        }
    }

    /** Like {@link #signal}, from a thread that may be blocked: a pass that begins runs on it. */
    public void signalHere() {
        if (signals.getAndIncrement() == 0) {
            run();
        }
    }

    /** Runs the pass for the signals so far. Called once. */
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

    /** Runs passes for the signals so far. Called by the loop and its dispatcher only. */
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
