package dev.postern.agent;

import org.jspecify.annotations.Nullable;

/** A function with its arguments. */
interface BoundFunction {

    /** Calls the function. */
    @Nullable
    Object run();
}
