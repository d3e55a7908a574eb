package dev.postern.flow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes errors of the virtual machine from all other failures. A {@link VirtualMachineError}, such as an {@link
 * OutOfMemoryError}, says nothing about a server. It is passed on unchanged and never retried.
 */
public final class Fatal {
    private static final int MAX_DEPTH = 20;

    private Fatal() {}

    /**
     * The error of the virtual machine that is, or that caused, this failure. For other failures, the result of the
     * function.
     */
    public static Throwable or(Throwable failure, Function<? super Throwable, ? extends Throwable> otherwise) {
        VirtualMachineError fatal = in(failure);
        return fatal == null ? otherwise.apply(failure) : fatal;
    }

    /** The error of the virtual machine that is, or that caused, this failure. Null if there is none. */
    public static @Nullable VirtualMachineError in(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof VirtualMachineError error) {
                return error;
            }
            cause = cause.getCause();
        }
        return null;
    }
}
