package dev.postern.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Collects the body of a request without a thread, within limits of size, memory and time. Used on the event loop of
 * the request, except for {@link #read} and {@link #release}.
 */
final class BodyCollector {
    /** The bytes that are read of a refused body, so that a client that is still sending sees the answer. */
    private static final long DISCARDED = 64L << 20;

    /** With more unread bytes than this, the connection closes after the answer. */
    private static final long DRAINED = 64L << 10;

    private static final Duration DISCARD_TIME = Duration.ofSeconds(5);

    /** The estimated memory of one JSON value, including its entry in a list or map. */
    private static final long VALUE_BYTES = 200;

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final RequestHead head;
    private final Limits limits;
    private final BodyBudget budget;
    private volatile ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private boolean arrived; // the whole body
    private boolean begun;
    private long taken; // guarded by this
    private boolean released; // guarded by this

    BodyCollector(Vertx vertx, HttpServerRequest http, RequestHead head, Limits limits, BodyBudget budget) {
        this.vertx = vertx;
        this.http = http;
        this.head = head;
        this.limits = limits;
        this.budget = budget;
        http.pause(); // until it is known what happens with the body
        http.endHandler(ended -> arrived = true);
        http.exceptionHandler(failure -> {}); // the exchange notices that the connection is closed
    }

    /**
     * Collects the body.
     *
     * @param complete runs at the end of the body
     * @param failed gets the reason why the body is refused
     */
    void collect(Runnable complete, Consumer<HttpFailure> failed) {
        begun = true;
        if (announced() > limits.maxBodyBytes()) {
            begun = false;
            failed.accept(HttpFailure.tooLarge(limits.maxBodyBytes()));
            return;
        }
        long timer = vertx.setTimer(
                limits.bodyTime().toMillis(),
                late -> refuse(
                        HttpFailure.closing(
                                408,
                                "The body took longer than " + limits.bodyTime().toMillis() + " ms to arrive."),
                        failed));
        http.handler(piece -> {
            try {
                add(piece);
            } catch (HttpFailure e) {
                vertx.cancelTimer(timer);
                refuse(e, failed);
            }
        });
        http.exceptionHandler(broken -> {
            vertx.cancelTimer(timer);
            refuse(HttpFailure.closing(400, "The body ends too early, or its chunks are malformed."), failed);
        });
        http.endHandler(ended -> {
            arrived = true;
            vertx.cancelTimer(timer);
            http.exceptionHandler(failure -> {});
            complete.run();
        });
        if (head.header("Expect").equalsIgnoreCase("100-continue")) {
            http.response().writeContinue();
        }
        http.resume();
    }

    private void add(Buffer piece) {
        if (bytes.size() + (long) piece.length() > limits.maxBodyBytes()) {
            throw HttpFailure.tooLarge(limits.maxBodyBytes());
        }
        take(2L * piece.length()); // once for the buffer that grows, once for the complete body
        bytes.writeBytes(piece.getBytes());
    }

    private void refuse(HttpFailure failure, Consumer<HttpFailure> failed) {
        http.handler(rest -> {});
        http.endHandler(ended -> arrived = true);
        http.exceptionHandler(broken -> {});
        failed.accept(failure);
    }

    /** Takes memory for bytes that arrived. If announced bytes counted, slow clients could block all others. */
    private synchronized void take(long count) {
        if (released) {
            return; // the client is gone
        }
        if (!budget.take(count)) {
            throw taken + count > budget.capacity()
                    ? HttpFailure.tooLarge(budget.capacity() / 2)
                    : HttpFailure.noMemory();
        }
        taken += count;
    }

    /** Drops the body at the end of the request, and gives its memory back. */
    synchronized void release() {
        bytes = new ByteArrayOutputStream(0); // something may keep the exchange for longer
        budget.give(taken);
        taken = 0;
        released = true;
    }

    /**
     * The collected body. This takes some time for a large one, so it is not for an event loop.
     *
     * @throws HttpFailure if it is not UTF-8, is encoded, or has too many JSON values
     */
    byte[] read() {
        String encoding = head.header("Content-Encoding");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            throw HttpFailure.of(415, "The body has a Content-Encoding; send it without one.");
        }
        byte[] body = bytes.toByteArray();
        if (!BodyCheck.isUtf8(body)) {
            throw HttpFailure.of(422, "body: is not UTF-8; it must be a JSON object in UTF-8.");
        }
        int values = BodyCheck.values(body);
        if (values > limits.maxBodyValues()) {
            throw HttpFailure.of(413, "The body has more than " + limits.maxBodyValues() + " JSON values; send less.");
        }
        take(values * VALUE_BYTES);
        return body;
    }

    /** Whether the request has a body; an HTTP/2 request need not announce it. */
    boolean isAnnounced() {
        return announced() > 0
                || !head.header("Transfer-Encoding").isEmpty()
                || (http.version() == HttpVersion.HTTP_2 && announced() < 0 && !WITHOUT_BODY.contains(head.method()));
    }

    /** Whether so much is unread that the connection closes after the answer. */
    boolean leavesMuch() {
        return !begun && announced() > DRAINED;
    }

    /**
     * Discards what comes of the body, after the answer was sent. The next request can arrive after its end.
     *
     * @param tooMuch runs if an HTTP/2 client goes on for too long; one of HTTP/1.1 is closed like one that is idle
     */
    void discard(Runnable tooMuch) {
        if (arrived) {
            return;
        }
        if (http.version() == HttpVersion.HTTP_2) {
            discardUpTo(DRAINED, () -> {
                if (!arrived) {
                    tooMuch.run();
                }
            });
        } else {
            discardAll();
        }
    }

    /** Discards the rest of the body, within limits of size and time, before {@code closing} runs. */
    void discardBefore(Runnable closing) {
        if (arrived) {
            closing.run();
        } else if (http.version() == HttpVersion.HTTP_2) { // the client sees the answer while it sends
            discardAll();
            closing.run();
        } else {
            discardUpTo(DISCARDED, closing);
        }
    }

    private void discardAll() {
        http.handler(piece -> {});
        http.resume();
    }

    private void discardUpTo(long most, Runnable then) {
        OneTimeEvent over = new OneTimeEvent();
        long timer = vertx.setTimer(DISCARD_TIME.toMillis(), late -> over.happen());
        over.action(() -> {
            vertx.cancelTimer(timer);
            then.run();
        });
        long[] count = {0};
        http.handler(piece -> {
            count[0] += piece.length();
            if (count[0] > most) {
                over.happen();
            }
        });
        http.endHandler(ended -> {
            arrived = true;
            over.happen();
        });
        http.resume();
    }

    private long announced() {
        try {
            String length = head.header("Content-Length");
            return length.isEmpty() ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1; // the request is refused, because this is not valid HTTP
        }
    }
}
