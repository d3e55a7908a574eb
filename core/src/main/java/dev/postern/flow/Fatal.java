package dev.postern.flow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures of this process from all others. A {@link VirtualMachineError}, such as an {@link OutOfMemoryError}, says
 * nothing about a server; it is passed on as it is, and nothing is tried again because of it.
 */
public final class Fatal {
    private static final int MAX_DEPTH = 20;

    private Fatal() {}

    /** The error of the virtual machine that is or that caused this failure; for any other failure what the function makes of it. */
    public static Throwable or(Throwable failure, Function<? super Throwable, ? extends Throwable> otherwise) {
        VirtualMachineError fatal = in(failure);
        return fatal == null ? otherwise.apply(failure) : fatal;
    }

    /** The error of the virtual machine that is or that caused this failure, or null if there is none. */
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
