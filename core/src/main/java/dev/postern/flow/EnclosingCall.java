package dev.postern.flow;

/**
 * The value of an attribute of a context that says which call the context belongs to. Contexts do not know calls, so this is how they
 * make the context of a child. Immutable.
 */
public interface EnclosingCall {
    /** The id of the call. */
    String callId();

    /** The value for the context of a child of the call; this object if the context is already one of a child. */
    EnclosingCall forChild();
}
