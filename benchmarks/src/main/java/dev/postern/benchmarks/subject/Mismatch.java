package dev.postern.benchmarks.subject;

import org.jspecify.annotations.Nullable;

/** A subject delivered something else than the server sent. The run fails. */
public final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what the subject delivered. */
    public Mismatch(String message) {
        super(message);
    }

    /** Whether this failure is a mismatch or was caused by one. */
    public static boolean isIn(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Mismatch) {
                return true;
            }
        }
        return false;
    }
}
