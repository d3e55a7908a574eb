package dev.postern.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An answer as a stream of events. Each event is sent at once; an {@link IOException} means that the client is gone.
 */
final class SseResponse {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpExchange http;
    private final OutputStream out;
    private final IoTimeout ioTimeout;
    private final Duration writeTime;

    private SseResponse(HttpExchange http, IoTimeout ioTimeout, Duration writeTime) {
        this.http = http;
        this.out = http.getResponseBody();
        this.ioTimeout = ioTimeout;
        this.writeTime = writeTime;
    }

    static SseResponse begin(HttpExchange http, IoTimeout ioTimeout, Duration writeTime) throws IOException {
        Headers headers = http.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream; charset=utf-8");
        headers.set("Cache-Control", "no-cache");
        headers.set("X-Accel-Buffering", "no"); // without it, nginx buffers events
        ioTimeout.write(writeTime, () -> http.sendResponseHeaders(200, 0)); // 0: unknown length, sent in chunks
        return new SseResponse(http, ioTimeout, writeTime);
    }

    /** Sends one event, which is JSON without a line break. */
    void event(byte[] json) throws IOException {
        ioTimeout.write(writeTime, () -> {
            out.write(DATA);
            out.write(json);
            out.write(END);
            out.flush();
        });
    }

    /** Sends a comment, which clients skip. */
    void keepAlive() throws IOException {
        ioTimeout.write(writeTime, () -> {
            out.write(KEEP_ALIVE);
            out.flush();
        });
    }

    /** Ends the stream normally. */
    void end() throws IOException {
        ioTimeout.write(writeTime, http::close); // writes the last chunk
    }

    /**
     * An exception that ends the stream as incomplete: the connection closes without the last chunk. The JDK's server
     * does this only if the handler throws.
     */
    static IOException cut() {
        return new CutException();
    }

    /** Closes the connection. It is not logged as a failure. */
    static final class CutException extends IOException {
        private CutException() {
            super("the stream failed");
        }
    }
}
