package dev.postern.flow;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Coordinates the signals of an upstream with a termination from another thread, such as that of a timeout. The
 * upstream sends its signals one at a time; the termination may come at any moment. Therefore deliveries are counted,
 * and the last one that leaves reports the termination. A lock would not do, because an item may be delivered inside
 * the delivery of another one, on the same stack.
 *
 * <pre>{@code
 * onNext(item):
 *     boolean may = termination.enter();
 *     if (may) downstream.onNext(item);
 *     if (termination.leave(may)) report();
 * onComplete():
 *     if (termination.end()) downstream.onComplete();
 * outside():
 *     switch (termination.terminate()) …
 * }</pre>
 */
public final class ExternalTermination {
    /** An end is decided; only this end may still be signalled. */
    private static final int OVER = 1 << 29;
    /** The end is the external one. */
    private static final int EXTERNAL = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();

    /** Creates an object that allows all signals. */
    public ExternalTermination() {}

    /** The result of a termination. */
    public enum Outcome {
        /** Another end was decided before. */
        TOO_LATE,
        /** The caller must signal the end now. */
        REPORT_NOW,
        /** An item is being delivered; {@link #leave} asks that thread to signal the end. */
        REPORT_LATER
    }

    /** Begins the delivery of an item. Returns whether it may be delivered. {@link #leave} must follow. */
    public boolean enter() {
        return !isOver(state.incrementAndGet());
    }

    /** Ends the delivery of an item, or drops it. Returns whether the caller must signal the external end. */
    public boolean leave(boolean wasDelivered) {
        return state.decrementAndGet() == (OVER | EXTERNAL) && wasDelivered;
    }

    /** The upstream ends. Returns whether this end may be signalled. */
    public boolean end() {
        return !isOver(decide(OVER));
    }

    /** Terminates the stream from outside. */
    public Outcome terminate() {
        int before = decide(OVER | EXTERNAL);
        if (isOver(before)) {
            return Outcome.TOO_LATE;
        }
        return before == 0 ? Outcome.REPORT_NOW : Outcome.REPORT_LATER;
    }

    /** Decides the end, unless one is decided. Returns the state before. */
    private int decide(int end) {
        int before;
        do {
            before = state.get();
        } while (!isOver(before) && !state.compareAndSet(before, before | end));
        return before;
    }

    /** Whether an end is decided. */
    public boolean isOver() {
        return isOver(state.get());
    }

    private static boolean isOver(int state) {
        return (state & OVER) != 0;
    }
}
