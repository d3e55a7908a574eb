package dev.postern.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads the body of a request, within its bounds of size and time. */
final class BodyReader {
    /** What is read of a body that was refused, so that the client, which is still sending, gets to see the answer. */
    private static final long DISCARDED = 64L << 20;

    /** What the JDK's server reads of a body that nobody wanted. */
    private static final long DRAINED = 64L << 10;

    private static final Duration DISCARD_TIME = Duration.ofSeconds(5);

    /** What one JSON value takes as an object, its place in a list or map included. */
    private static final long VALUE_BYTES = 200;

    private final HttpExchange http;
    private final Limits limits;
    private final StallGuard guard;
    private final BodyBudget budget;
    private long taken;
    private final byte[] buffer = new byte[16 * 1024];
    private boolean begun;

    BodyReader(HttpExchange http, Limits limits, StallGuard guard, BodyBudget budget) {
        this.http = http;
        this.limits = limits;
        this.guard = guard;
        this.budget = budget;
    }

    /** The body, of which the JDK's server has taken off the chunks. */
    byte[] read() throws IOException {
        refuseEncoding(http.getRequestHeaders());
        long announced = announced();
        if (announced > limits.maxBodyBytes()) {
            throw Refusal.tooLarge(limits.maxBodyBytes());
        }
        // Who sends slowly is told so after the time; who does not send at all is cut off after twice the time.
        long end = System.nanoTime() + limits.bodyTime().toNanos();
        byte[] body = guard.read(limits.bodyTime().multipliedBy(2), () -> read(end));
        if (announced >= 0 && body.length != announced) {
            throw new IOException("the client is gone");
        }
        if (!BodyCheck.isUtf8(body)) {
            throw Refusal.of(422, "body: is no UTF-8; it must be a JSON object in UTF-8.");
        }
        int values = BodyCheck.values(body);
        if (values > limits.maxBodyValues()) {
            throw Refusal.of(413, "The body has more than " + limits.maxBodyValues() + " JSON values; send less.");
        }
        take(values * VALUE_BYTES);
        return body;
    }

    /** What was announced is not taken before it is there, or those who send slowly would keep out everybody else. */
    private void take(long bytes) {
        if (!budget.take(bytes)) {
            throw taken + bytes > budget.capacity() ? Refusal.tooLarge(budget.capacity() / 2) : Refusal.noMemory();
        }
        taken += bytes;
    }

    /** The request is over, and its body garbage. */
    void release() {
        budget.give(taken);
        taken = 0;
    }

    private byte[] read(long end) throws IOException {
        begun = true;
        InputStream in = http.getRequestBody();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int count; (count = next(in)) >= 0; ) {
            if (body.size() + count > limits.maxBodyBytes()) {
                throw Refusal.tooLarge(limits.maxBodyBytes());
            }
            if (System.nanoTime() - end > 0) {
                throw Refusal.closing(
                        408, "The body took longer than " + limits.bodyTime().toMillis() + " ms to arrive.");
            }
            take(2L * count); // once while it grows, once as a whole
            body.write(buffer, 0, count);
        }
        return body.toByteArray();
    }

    private int next(InputStream in) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException | RuntimeException e) { // for a client that is gone, this is as good as any answer
            throw Refusal.closing(400, "The body breaks off, or its chunks are malformed.");
        }
    }

    /** Whether there is a body, as far as the headers say. */
    boolean isAnnounced() {
        return announced() > 0 || http.getRequestHeaders().containsKey("Transfer-Encoding");
    }

    /** Whether so much is unread that the JDK's server will rather close the connection than read it. */
    boolean leavesMuch() {
        return !begun && announced() > DRAINED;
    }

    /** After the answer has gone out. */
    void discard() {
        try {
            guard.read(DISCARD_TIME, this::rest);
        } catch (IOException | RuntimeException e) {
            // The connection closes in any case.
        }
    }

    private long rest() throws IOException {
        InputStream in = http.getRequestBody();
        long read = 0;
        for (int count; read < DISCARDED && (count = in.read(buffer)) >= 0; ) {
            read += count;
        }
        return read;
    }

    private long announced() {
        String length = http.getRequestHeaders().getFirst("Content-Length");
        return length == null ? -1 : Long.parseLong(length); // the JDK's server has refused what is no number
    }

    private static void refuseEncoding(Headers headers) {
        String encoding = headers.getFirst("Content-Encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw Refusal.of(415, "The body has a Content-Encoding; send it as it is.");
        }
    }
}
