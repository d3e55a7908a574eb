package dev.postern.server.access;

/**
 * A request that may be handled.
 *
 * @param caller who makes it
 * @param leave to be run when the request has ended; a second run does nothing
 */
public record Admission(Caller caller, Runnable leave) {
    static final Admission OPEN = new Admission(Caller.ANYBODY, () -> {});
}
