package dev.postern.benchmarks.server;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a connection with HTTP/2. */
final class Http2Stream implements Connection.Paced {
    final StringBuilder body = new StringBuilder();
    final int id;

    @Nullable
    Http2Answer answer;

    long window;
    long dueNanos;
    private final Http2Connection connection;
    private int said;
    private int written;

    Http2Stream(Http2Connection connection, int id, int window) {
        this.connection = connection;
        this.id = id;
        this.window = window;
    }

    @Override
    public long dueNanos() {
        return dueNanos;
    }

    private Http2Answer answer() {
        return Objects.requireNonNull(answer);
    }

    /** The next frame of the body. */
    byte[] next() {
        return answer().frames().get(written);
    }

    /** The next frame was written. Returns whether another one follows. */
    boolean advance() {
        written++;
        return written < answer().frames().size();
    }

    @Override
    public boolean sayNext() throws IOException {
        Script script = answer().script();
        if (!connection.isOpen() || !connection.has(id)) {
            return false;
        }
        if (said == script.count()) {
            connection.speak(this);
            connection.write();
            return false;
        }
        said++;
        byte[] piece = answer().piece();
        Script.stamp(piece, answer().stampAt(), System.nanoTime() / 1000);
        connection.send(id, piece);
        window -= piece.length - Http2Answer.FRAME_HEAD;
        connection.write();
        dueNanos += script.periodMicros() * 1000;
        return true;
    }
}
