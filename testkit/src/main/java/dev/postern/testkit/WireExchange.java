package dev.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** One request with the methods to answer it. Only its script may write; any thread may read the state. */
public final class WireExchange {
    private final ServerConnection connection;
    private final WireRequest request;
    private final CompletableFuture<Void> peerClosed = new CompletableFuture<>();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean held;
    private volatile boolean last;

    WireExchange(ServerConnection connection, WireRequest request) {
        this.connection = connection;
        this.request = request;
    }

    /** The request. */
    public WireRequest request() {
        return request;
    }

    /** Writes bytes unchanged. */
    public WireExchange send(byte[] bytes) throws IOException {
        try {
            for (ByteBuffer out = ByteBuffer.wrap(bytes); out.hasRemaining(); ) {
                written.addAndGet(connection.channel().write(out));
            }
            return this;
        } catch (IOException e) {
            connection.peerClosed();
            throw e;
        }
    }

    /** Writes text unchanged, as UTF-8. */
    public WireExchange send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the status line and these header lines. */
    public WireExchange head(int status, String... headerLines) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    /** Writes a whole answer with a content length. */
    public WireExchange answer(int status, String mediaType, byte[] body, String... headerLines) throws IOException {
        return head(status, with(headerLines, "Content-Type: " + mediaType, "Content-Length: " + body.length))
                .send(body);
    }

    /** Writes a whole answer with a content length. */
    public WireExchange answer(int status, String mediaType, String body, String... headerLines) throws IOException {
        return answer(status, mediaType, body.getBytes(StandardCharsets.UTF_8), headerLines);
    }

    /** Writes the head of a chunked answer. */
    public WireExchange beginChunked(int status, String mediaType, String... headerLines) throws IOException {
        return head(status, with(headerLines, "Content-Type: " + mediaType, "Transfer-Encoding: chunked"));
    }

    /** Writes one chunk; nothing if it is empty, since an empty chunk ends the body. */
    public WireExchange chunk(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return this;
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 16);
        chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(bytes);
        chunk.writeBytes(new byte[] {'\r', '\n'});
        return send(chunk.toByteArray());
    }

    /** Writes one chunk of text. */
    public WireExchange chunk(String text) throws IOException {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the chunk that ends the body. */
    public WireExchange lastChunk() throws IOException {
        return send("0\r\n\r\n");
    }

    /** Writes the piece repeatedly until this number of bytes is written; blocks while the client does not read. */
    public WireExchange flood(byte[] piece, long bytes) throws IOException {
        for (long end = written() + bytes; written() < end; ) {
            send(piece);
        }
        return this;
    }

    /** Closes the connection with a FIN, also in the middle of an answer. */
    public void close() {
        connection.close();
    }

    /** Resets the connection; the client can lose data that it has not read. */
    public void reset() throws IOException {
        connection.channel().setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.close();
    }

    /** Keeps the connection open and silent after the script, until the client closes it. */
    public void hold() {
        held = true;
    }

    /**
     * Keeps the connection open after the script, and closes it when the next request arrives on it, as a server does whose
     * idle time has just passed. That request is not recorded.
     */
    public void goStale() {
        last = true;
    }

    boolean isHeld() {
        return held;
    }

    boolean isLast() {
        return last;
    }

    /** The number of bytes that the operating system has accepted so far. */
    public long written() {
        return written.get();
    }

    /** Completes when the client has closed the connection; detected while it is held, idle or written to. */
    public CompletableFuture<Void> peerClosed() {
        return peerClosed;
    }

    /** Waits until the client has closed the connection; fails after 30 seconds. */
    public void awaitPeerClosed() {
        try {
            peerClosed.get(FakeCalls.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the client keeps the connection open", e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String[] with(String[] lines, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of(lines));
        return all.toArray(String[]::new);
    }
}
