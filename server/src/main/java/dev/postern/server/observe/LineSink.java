package dev.postern.server.observe;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Takes lines of text. Used by one thread. It may block. */
interface LineSink extends Closeable {
    /** Writes these lines, so that they can be read when this method returns. */
    void write(List<String> lines) throws IOException;

    /** Releases what is open. Does nothing by default. */
    @Override
    default void close() throws IOException {}
}
