package dev.postern.flow;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one upstream's signals through, and a single end from outside between them. The upstream's signals come one at a
 * time, the end comes from anywhere: so items are counted in and out, and who leaves last tells the end. Counting rather
 * than locking, since an item may be delivered while another is being delivered below it on the same stack.
 *
 * <pre>{@code
 * onNext(item): boolean may = cutoff.enter();  if (may) downstream.onNext(item);  if (cutoff.leave(may)) tellTheCut();
 * onComplete(): if (cutoff.end()) downstream.onComplete();
 * outside():    switch (cutoff.cut()) …
 * }</pre>
 */
public final class Cutoff {
    /** An end is decided: nothing more goes out but this end. */
    private static final int OVER = 1 << 29;
    /** The end is the one from outside. */
    private static final int CUT = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();

    /** A cutoff that lets everything through. */
    public Cutoff() {}

    /** What became of an end from outside. */
    public enum Cut {
        /** It came too late: another end was decided before. */
        TOO_LATE,
        /** It is decided, and the caller tells it now. */
        TELL,
        /** It is decided; who delivers an item at this moment tells it. */
        LATER
    }

    /** An item comes; whether it may be delivered. Must be followed by {@link #leave}. */
    public boolean enter() {
        return !isOver(state.incrementAndGet());
    }

    /** The item was delivered, or dropped; whether the caller must tell the end from outside. */
    public boolean leave(boolean wasDelivered) {
        return state.decrementAndGet() == (OVER | CUT) && wasDelivered;
    }

    /** The upstream ends; whether that may be told. */
    public boolean end() {
        return !isOver(state.getAndUpdate(now -> now | OVER));
    }

    /** An end from outside. */
    public Cut cut() {
        int before = state.getAndUpdate(now -> isOver(now) ? now : now | OVER | CUT);
        if (isOver(before)) {
            return Cut.TOO_LATE;
        }
        return before == 0 ? Cut.TELL : Cut.LATER;
    }

    /** Whether an end is decided. */
    public boolean isOver() {
        return isOver(state.get());
    }

    private static boolean isOver(int state) {
        return (state & OVER) != 0;
    }
}
