package dev.postern.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An answer that is a stream of events. Each goes out at once; an {@link IOException} means that the client is gone. */
final class SseResponse {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpExchange http;
    private final OutputStream out;
    private final StallGuard guard;
    private final Duration writeTime;

    private SseResponse(HttpExchange http, StallGuard guard, Duration writeTime) {
        this.http = http;
        this.out = http.getResponseBody();
        this.guard = guard;
        this.writeTime = writeTime;
    }

    static SseResponse begin(HttpExchange http, StallGuard guard, Duration writeTime) throws IOException {
        Headers headers = http.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream; charset=utf-8");
        headers.set("Cache-Control", "no-cache");
        headers.set("X-Accel-Buffering", "no"); // nginx would collect the events otherwise
        guard.write(writeTime, () -> http.sendResponseHeaders(200, 0)); // 0: of unknown length, hence in chunks
        return new SseResponse(http, guard, writeTime);
    }

    /** One event: JSON without a line break. */
    void event(byte[] json) throws IOException {
        guard.write(writeTime, () -> {
            out.write(DATA);
            out.write(json);
            out.write(END);
            out.flush();
        });
    }

    /** A comment, which clients skip. */
    void keepAlive() throws IOException {
        guard.write(writeTime, () -> {
            out.write(KEEP_ALIVE);
            out.flush();
        });
    }

    /** A good end. */
    void end() throws IOException {
        guard.write(writeTime, http::close); // writes the last chunk
    }

    /**
     * An end that nobody takes for a good one: the connection closes without the last chunk. To leave the handler with an
     * exception is the only way to have the JDK's server do that.
     */
    static IOException cut() {
        return new CutException();
    }

    /** Not a failure, but the way to end the connection. */
    static final class CutException extends IOException {
        private CutException() {
            super("the stream failed");
        }
    }
}
