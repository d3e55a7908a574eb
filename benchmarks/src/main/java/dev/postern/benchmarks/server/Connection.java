package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.Arrays;

/** One client's connection. It reads requests and writes answers. Only the server's thread uses it. */
abstract class Connection {
    final Server server;
    final Wire wire;
    private final SelectionKey key;
    /** What was received and is not read yet. */
    byte[] received = new byte[1024];

    int length;

    Connection(Server server, Wire wire, SelectionKey key) {
        this.server = server;
        this.wire = wire;
        this.key = key;
    }

    /** A stream whose pieces have times. */
    interface Paced {
        /** The time of the next piece, as of {@link System#nanoTime}. */
        long dueNanos();

        /** Writes the next piece. Returns whether another one follows. */
        boolean sayNext() throws IOException;
    }

    final void read(ByteBuffer in) throws IOException {
        int count = wire.read(in);
        if (count < 0) {
            close();
            return;
        }
        if (length + count > received.length) {
            received = Arrays.copyOf(received, Math.max(length + count, received.length * 2));
        }
        in.flip().get(received, length, count);
        length += count;
        received();
        if (wire.isPending()) {
            await(true);
        }
    }

    /** More bytes were received. */
    abstract void received() throws IOException;

    /** Writes what waits for the socket. */
    abstract void write() throws IOException;

    /** Whether {@link #write} is to be called when the socket accepts bytes. */
    final void await(boolean room) {
        int wanted = room ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.isValid() && key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    final boolean isOpen() {
        return key.isValid();
    }

    void close() {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            // already closed
        }
    }

    /** The value of the field {@code model} in a request's body; there may be white space around the colon. */
    static String modelOf(String body) {
        int name = body.indexOf("\"model\"");
        if (name < 0) {
            throw new IllegalArgumentException("no model in: " + body);
        }
        int from = body.indexOf('"', name + 7) + 1;
        return body.substring(from, body.indexOf('"', from));
    }
}
