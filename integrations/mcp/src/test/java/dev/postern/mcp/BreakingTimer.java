package dev.postern.mcp;

import dev.postern.flow.Timer;

/** A clock that throws an Error from a moment on: a fault inside the library. */
final class BreakingTimer implements Timer {
    volatile boolean breaks;

    @Override
    public long nanoTime() {
        if (breaks) {
            throw new AssertionError("on purpose");
        }
        return System.nanoTime();
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        return Timer.system().after(nanos, task);
    }
}
