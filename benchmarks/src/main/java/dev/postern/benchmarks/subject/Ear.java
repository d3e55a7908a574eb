package dev.postern.benchmarks.subject;

import org.jspecify.annotations.Nullable;

/** Listens to one stream. Called by one thread at a time. */
public interface Ear {
    /** A piece of text, or of a tool's arguments. */
    void text(String piece);

    /** A piece of a paced stream, from a subject that reads the time stamp of the piece only. */
    default void stamp(long micros) {}

    /** A number of bytes, from a subject that does not read them. */
    default void bytes(int count) {}

    /** The stream has ended. A subject that counts bytes only passes the expected size of the body, any other one -1. */
    void end(@Nullable Throwable failure, long expectedBytes);

    /** The stream has ended. */
    default void end(@Nullable Throwable failure) {
        end(failure, -1);
    }
}
