package dev.postern.server.replay;

import java.time.Duration;

/** Runs tasks later. */
@FunctionalInterface
public interface Alarm {
    /** Runs the task once after the delay, on any thread. The result cancels it. */
    Runnable after(Duration delay, Runnable task);
}
