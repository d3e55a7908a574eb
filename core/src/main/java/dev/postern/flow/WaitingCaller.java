package dev.postern.flow;

import org.jspecify.annotations.Nullable;

/**
 * Records that the current thread starts a call for which a thread waits. The waiting thread may be the only one of the
 * user's executor, so such a call, and each call that follows its end, runs on the shared pool. It is set for the
 * duration of the start and restored afterwards, so no state stays on a thread of the application.
 */
public final class WaitingCaller {
    private static final ThreadLocal<@Nullable Boolean> PRESENT = new ThreadLocal<>();

    private WaitingCaller() {}

    /** Whether a thread waits for the calls that the current thread starts. */
    public static boolean isPresent() {
        return PRESENT.get() != null;
    }

    /** Records that a thread waits, if it does. Returns whether {@link #end} must be called. */
    public static boolean begin(boolean waits) {
        boolean begins = waits && !isPresent();
        if (begins) {
            PRESENT.set(true);
        }
        return begins;
    }

    /** Ends what {@link #begin} began. */
    public static void end(boolean begun) {
        if (begun) {
            PRESENT.set(null); // without remove(), which would make the next call create an entry of the map again
        }
    }
}
