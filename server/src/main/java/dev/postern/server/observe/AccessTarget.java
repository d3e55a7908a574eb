package dev.postern.server.observe;

import java.nio.file.Path;

/** Where the access log goes. */
public sealed interface AccessTarget {
    /** Nowhere. */
    AccessTarget OFF = new Off();
    /** To the standard output of the process. */
    AccessTarget STDOUT = new ToStdout();
    /** To the logger {@value AccessLog#LOGGER}, at level INFO. */
    AccessTarget LOGGER = new ToLogger();

    /** See {@link #OFF}. */
    record Off() implements AccessTarget {}

    /** See {@link #STDOUT}. */
    record ToStdout() implements AccessTarget {}

    /** See {@link #LOGGER}. */
    record ToLogger() implements AccessTarget {}

    /**
     * To the end of a file.
     *
     * @param path the file, whose folder exists
     */
    record ToFile(Path path) implements AccessTarget {}
}
