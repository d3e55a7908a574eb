package dev.postern.flow;

/**
 * The attribute that says which call a context belongs to. The class of contexts does not depend on that of calls; through this
 * interface it makes the context of a child. Immutable.
 */
public interface EnclosingCall {
    /** The id of the call. */
    String callId();

    /** The value for the context of a child of the call; this object if the context is already one of a child. */
    EnclosingCall forChild();
}
