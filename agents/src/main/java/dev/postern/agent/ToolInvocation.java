package dev.postern.agent;

import org.jspecify.annotations.Nullable;

/** A function together with its arguments. */
interface ToolInvocation {

    /** Runs it. */
    @Nullable
    Object run();
}
