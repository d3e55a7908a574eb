package dev.postern.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer as a stream of server-sent events. Its head is sent with the first event, or after a time without events.
 * While no event comes, it sends comments, so that neither the client nor a proxy takes the connection for dead. Used on
 * the event loop of the request, unless a method says otherwise.
 */
final class SseStream {
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Type", "text/event-stream; charset=utf-8",
            "Cache-Control", "no-cache",
            "X-Accel-Buffering", "no"); // without it, nginx buffers events
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerExchange exchange;
    private final Vertx vertx;
    private final Duration keepAlive;
    private final boolean framed;
    private final byte[] comment;
    private final Object lock = new Object();
    private Optional<HttpAnswer> answer = Optional.empty();
    private boolean begun; // guarded by lock
    private boolean named; // whether the head names the backend; guarded by lock
    private boolean over;
    private OptionalLong timer = OptionalLong.empty(); // of the head, then of the comments
    private long lastWrite;
    private Runnable whenDrained = () -> {};

    SseStream(ServerExchange exchange, EventFormat<?> format, Duration keepAlive) {
        this.framed = format.isFramed();
        this.comment = format.keepAlive();
        this.exchange = exchange;
        this.vertx = exchange.context().owner();
        this.keepAlive = keepAlive;
        exchange.atEnd(this::close);
    }

    /** Sends the head after this time, if no event was sent before. */
    void beginAfter(Duration silence) {
        if (silence.isZero()) {
            begin();
        } else {
            runAfter(silence.toNanos(), () -> {
                if (begin()) {
                    comment();
                }
            });
        }
    }

    /** Sets the timer, unless the stream has ended. */
    private void runAfter(long nanos, Runnable action) {
        stopTimer();
        if (!over) {
            timer = OptionalLong.of(vertx.setTimer(Math.max(1, nanos / 1_000_000), late -> action.run()));
        }
    }

    /** A timer that goes on keeps the request and all that belongs to it in memory. */
    private void stopTimer() {
        timer.ifPresent(vertx::cancelTimer);
        timer = OptionalLong.empty();
    }

    private void close() {
        over = true;
        stopTimer();
    }

    /** Whether the head was sent. */
    boolean isBegun() {
        synchronized (lock) {
            return begun;
        }
    }

    /**
     * Whether the head names the backend, or will. It does if an event comes before it is sent. Called for each event;
     * from any thread.
     */
    boolean isNamed() {
        synchronized (lock) {
            named |= !begun;
            return named;
        }
    }

    private boolean begin() {
        boolean first;
        boolean withName;
        synchronized (lock) {
            first = !begun;
            begun = true;
            withName = named;
        }
        if (first) {
            answer = exchange.stream(withName, HEADERS);
            lastWrite = System.nanoTime();
            if (answer.isPresent()) {
                tickAfter(keepAlive.toNanos());
            }
        }
        return answer.isPresent();
    }

    /** Sends events together; {@code drained} runs when the client has read enough, if it has not yet. */
    void events(List<byte[]> all, Runnable drained) {
        if (over || !begin()) {
            return;
        }
        int length = all.stream()
                .mapToInt(event -> DATA.length + event.length + END.length)
                .sum();
        Buffer buffer = Buffer.buffer(length);
        all.forEach(json -> append(buffer, json));
        whenDrained = drained;
        write(buffer, drained);
    }

    private void append(Buffer buffer, byte[] event) {
        if (framed) {
            buffer.appendBytes(event);
        } else {
            buffer.appendBytes(DATA).appendBytes(event).appendBytes(END);
        }
    }

    private void comment() {
        write(Buffer.buffer(comment), whenDrained);
    }

    private void write(Buffer buffer, Runnable drained) {
        lastWrite = System.nanoTime();
        answer.ifPresent(open -> open.write(buffer, drained));
    }

    /** Whether too much waits for the client. */
    boolean isFull() {
        return answer.isPresent() && answer.get().isFull();
    }

    /** Ends the stream normally. */
    void end() {
        if (!over && begin()) {
            close();
            answer.ifPresent(HttpAnswer::end);
        }
    }

    /** Ends the stream with this event, normally or by closing the connection without the last chunk. */
    void finish(byte[] last, boolean complete) {
        if (over || !begin()) {
            return;
        }
        Buffer buffer = Buffer.buffer(DATA.length + last.length + END.length);
        append(buffer, last);
        if (complete) {
            write(buffer, () -> {});
            end();
        } else {
            close();
            answer.ifPresent(open -> open.cutAfter(buffer));
        }
    }

    private void tickAfter(long nanos) {
        runAfter(nanos, this::tick);
    }

    private void tick() {
        long left = keepAlive.toNanos() - (System.nanoTime() - lastWrite);
        if (left > 1_000_000) {
            tickAfter(left);
            return;
        }
        if (!isFull()) {
            comment();
        }
        tickAfter(keepAlive.toNanos());
    }
}
