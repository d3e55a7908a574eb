package dev.postern.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The answer to a request: whole, or in pieces. A client that reads too slowly is cut off. Used on the event loop of the
 * request.
 */
final class HttpAnswer {
    /** The bytes that may wait for the client before {@link #isFull} is true; thousands of clients may read nothing. */
    private static final int QUEUE = 16 << 10;

    private static final long NO_ERROR = 0x0; // of HTTP/2
    private static final long INTERNAL_ERROR = 0x2;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final Duration writeTime;
    private final Consumer<HttpConnection> abort;
    private final Runnable late;
    private final Runnable sent;
    private final OneTimeEvent complete = new OneTimeEvent(); // the answer was sent
    private long waiting; // the bytes of pieces that are not sent
    private Optional<Runnable> drained = Optional.empty();
    private OptionalLong deadline = OptionalLong.empty(); // the timer for what waits for the client

    /**
     * Creates an answer.
     *
     * @param abort closes a connection at once
     * @param late runs before a client is cut off that reads too slowly
     * @param sent runs when the answer was sent completely
     */
    HttpAnswer(
            Context context,
            HttpServerRequest http,
            Duration writeTime,
            Consumer<HttpConnection> abort,
            Runnable late,
            Runnable sent) {
        this.vertx = context.owner();
        this.http = http;
        this.response = http.response();
        this.writeTime = writeTime;
        this.abort = abort;
        this.late = late;
        this.sent = sent;
    }

    /** Answers with this content. */
    void whole(int status, byte[] content, Map<String, String> headers) {
        head(status, headers);
        boolean headOnly = http.method().name().equals("HEAD");
        if (headOnly && content.length > 0) {
            response.putHeader("Content-Length", Integer.toString(content.length));
        }
        end(headOnly || content.length == 0 ? response.end() : response.end(Buffer.buffer(content)));
    }

    /** Begins an answer in pieces with status 200. */
    void begin(Map<String, String> headers) {
        head(200, headers);
        response.setChunked(true).setWriteQueueMaxSize(QUEUE);
    }

    private void head(int status, Map<String, String> headers) {
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (http.version() == HttpVersion.HTTP_2) {
            response.headers().remove("Connection"); // not allowed there
        }
        response.putHeader("Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
    }

    /**
     * Sends a piece.
     *
     * @param whenDrained runs once when the client has read enough, if too much waits for it afterwards
     */
    void write(Buffer piece, Runnable whenDrained) {
        int length = piece.length();
        waiting += length;
        response.write(piece).onComplete(written -> written(length));
        if (isFull()) {
            setDeadline();
            drained = Optional.of(whenDrained);
        }
    }

    private void written(int length) {
        waiting -= length;
        if (drained.isPresent() && waiting <= QUEUE / 2 && !isFull()) {
            Runnable action = drained.get();
            drained = Optional.empty();
            clearDeadline();
            action.run();
        }
    }

    /** Whether too much waits for the client, so that nothing more should be written. Vert.x alone counts pieces of any size. */
    boolean isFull() {
        return waiting >= QUEUE || response.writeQueueFull();
    }

    /** Ends an answer in pieces normally. */
    void end() {
        drained = Optional.empty(); // it would clear the deadline of the end
        end(response.end());
    }

    /** Ends an answer in pieces as incomplete, after this last piece. */
    void cutAfter(Buffer last) {
        drained = Optional.empty();
        setDeadline();
        response.write(last).onComplete(written -> {
            clearDeadline();
            cut();
        });
    }

    /** Ends the answer as incomplete: the connection closes without the last chunk, or the HTTP/2 stream is reset. */
    void cut() {
        if (http.version() == HttpVersion.HTTP_2) {
            response.reset(INTERNAL_ERROR);
        } else {
            abort.accept(http.connection());
        }
    }

    /** Closes the connection after a whole answer. An HTTP/2 connection stays open for other requests; only this upload ends. */
    void close() {
        if (http.version() == HttpVersion.HTTP_2) {
            complete.action(
                    () -> { // before that, the client would lose the answer
                        if (!http.isEnded()) {
                            response.reset(NO_ERROR);
                        }
                    });
        } else {
            http.connection().close();
        }
    }

    private void end(Future<Void> ended) {
        setDeadline();
        ended.onComplete(written -> {
            clearDeadline();
            complete.happen();
            sent.run();
        });
    }

    private void setDeadline() {
        clearDeadline();
        deadline = OptionalLong.of(vertx.setTimer(writeTime.toMillis(), timer -> {
            late.run();
            cut();
        }));
    }

    private void clearDeadline() {
        deadline.ifPresent(vertx::cancelTimer);
        deadline = OptionalLong.empty();
    }
}
