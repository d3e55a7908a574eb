package dev.postern.agent;

/** A part of a run that can be ended early. */
interface RunPhase {

    /** The run's time is over: the phase completes soon with what it has. Any thread can call this, more than once. */
    void expire();
}
