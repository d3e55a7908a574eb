package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A non-blocking way to a client: a socket, or TLS over one. */
interface Wire {
    /** Reads what has arrived. Returns the number of bytes; -1 at the end. The buffer has room for 64 KB. */
    int read(ByteBuffer into) throws IOException;

    /** Writes as much as the socket accepts. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether bytes that were taken from a buffer still wait for the socket; then {@link #write} must be called again. */
    default boolean isPending() {
        return false;
    }

    static Wire plain(SocketChannel channel) {
        return new Wire() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                return channel.read(into);
            }

            @Override
            public void write(ByteBuffer bytes) throws IOException {
                channel.write(bytes);
            }
        };
    }
}
