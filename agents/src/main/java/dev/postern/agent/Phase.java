package dev.postern.agent;

/** A part of a run that takes time. */
interface Phase {

    /** The run's time is over: completes soon, with what there is. Called by any thread, more than once at times. */
    void expire();
}
