package dev.postern.benchmarks.subject;

import org.jspecify.annotations.Nullable;

/** Listens to one stream. Called by one thread at a time. */
public interface Ear {
    /** A piece of text, or of a tool's arguments. */
    void text(String piece);

    /** So many bytes, from a subject that does not look into them. */
    default void bytes(int count) {}

    /** The stream is over; with the bytes that its body should have had from a subject that counts nothing else, else -1. */
    void end(@Nullable Throwable failure, long expectedBytes);

    /** The stream is over. */
    default void end(@Nullable Throwable failure) {
        end(failure, -1);
    }
}
