package dev.postern.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads the body of a request, within limits of size, memory and time. */
final class BodyReader {
    /**
     * The bytes that are read of a refused body. A client that is still sending sees the answer only after it has sent.
     */
    private static final long DISCARDED = 64L << 20;

    /** The bytes that the JDK's server reads of an unread body. */
    private static final long DRAINED = 64L << 10;

    private static final Duration DISCARD_TIME = Duration.ofSeconds(5);

    /** The estimated memory of one JSON value, including its entry in a list or map. */
    private static final long VALUE_BYTES = 200;

    private final HttpExchange http;
    private final Limits limits;
    private final IoTimeout ioTimeout;
    private final BodyBudget budget;
    private long taken;
    private final byte[] buffer = new byte[16 * 1024];
    private boolean begun;

    BodyReader(HttpExchange http, Limits limits, IoTimeout ioTimeout, BodyBudget budget) {
        this.http = http;
        this.limits = limits;
        this.ioTimeout = ioTimeout;
        this.budget = budget;
    }

    /** Reads the body. The JDK's server has removed the chunked encoding. */
    byte[] read() throws IOException {
        refuseEncoding(http.getRequestHeaders());
        long announced = announced();
        if (announced > limits.maxBodyBytes()) {
            throw HttpFailure.tooLarge(limits.maxBodyBytes());
        }
        // A client that sends slowly gets an error after the time. A client that sends nothing is cut off after twice
        // the time.
        long end = System.nanoTime() + limits.bodyTime().toNanos();
        byte[] body = ioTimeout.read(limits.bodyTime().multipliedBy(2), () -> read(end));
        if (announced >= 0 && body.length != announced) {
            throw new IOException("the client is gone");
        }
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

    /** Takes memory for bytes that arrived. If announced bytes counted, slow clients could block all others. */
    private void take(long bytes) {
        if (!budget.take(bytes)) {
            throw taken + bytes > budget.capacity()
                    ? HttpFailure.tooLarge(budget.capacity() / 2)
                    : HttpFailure.noMemory();
        }
        taken += bytes;
    }

    /** Gives the memory back at the end of the request. */
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
                throw HttpFailure.tooLarge(limits.maxBodyBytes());
            }
            if (System.nanoTime() - end > 0) {
                throw HttpFailure.closing(
                        408, "The body took longer than " + limits.bodyTime().toMillis() + " ms to arrive.");
            }
            take(2L * count); // once for the buffer that grows, once for the complete body
            body.write(buffer, 0, count);
        }
        return body.toByteArray();
    }

    private int next(InputStream in) throws IOException {
        try {
            return in.read(buffer);
        } catch (IOException | RuntimeException e) { // if the client is gone, the answer does not matter
            throw HttpFailure.closing(400, "The body ends too early, or its chunks are malformed.");
        }
    }

    /** Whether the headers announce a body. */
    boolean isAnnounced() {
        return announced() > 0 || http.getRequestHeaders().containsKey("Transfer-Encoding");
    }

    /** Whether so much is unread that the JDK's server closes the connection instead of reading it. */
    boolean leavesMuch() {
        return !begun && announced() > DRAINED;
    }

    /** Discards the rest of the body, after the answer was sent. */
    void discard() {
        try {
            ioTimeout.read(DISCARD_TIME, this::rest);
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
        return length == null ? -1 : Long.parseLong(length); // the JDK's server refuses other values
    }

    private static void refuseEncoding(Headers headers) {
        String encoding = headers.getFirst("Content-Encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw HttpFailure.of(415, "The body has a Content-Encoding; send it without one.");
        }
    }
}
