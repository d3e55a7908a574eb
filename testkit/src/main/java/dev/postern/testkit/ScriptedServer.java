package dev.postern.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An HTTP/1.1 server on loopback that answers each request with the bytes that a script writes, which can violate HTTP. Each
 * request is recorded before its script runs.
 *
 * <p>One thread watches all idle and held connections. Scripts run on at most {@value #WORKERS} threads; a script that
 * blocks occupies one of them. Waits last at most 30 seconds.
 *
 * <pre>{@code
 * try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
 *         .chunk("hello ").chunk("world").lastChunk())) { … }
 * }</pre>
 */
public final class ScriptedServer implements AutoCloseable {
    private static final int WORKERS = 16;
    private static final long TIMEOUT_SECONDS = 30;

    /**
     * Answers one request. An {@link IOException} means that the client has closed the connection; it is not a
     * failure.
     */
    @FunctionalInterface
    public interface Script {
        /** Writes the answer; runs on a worker thread. A connection that is neither closed nor held is kept alive. */
        void answer(Exchange exchange) throws Exception;
    }

    /**
     * A request, exactly as it was sent.
     *
     * @param method the method
     * @param target path and query
     * @param headers names and values in their original order and case
     * @param body the body, empty without {@code Content-Length}
     */
    public record Request(String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {

        /** The first header of this name in any case, or empty. */
        public String header(String name) {
            return headers.stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("");
        }

        /** The names of all headers, in their original case. */
        public List<String> headerNames() {
            return headers.stream().map(Map.Entry::getKey).toList();
        }

        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Script script;
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final ThreadPoolExecutor workers;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<Connection> parking = new ConcurrentLinkedQueue<>();
    private final List<Exchange> exchanges = new ArrayList<>(); // guarded by itself
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicReference<Throwable> scriptFailure = new AtomicReference<>();
    private volatile boolean closing;

    /** Starts a server on a free port. */
    public ScriptedServer(Script script) {
        this.script = script;
        this.workers = new ThreadPoolExecutor(
                WORKERS, WORKERS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemon(task, "worker"));
        workers.allowCoreThreadTimeOut(true);
        try {
            listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            listener.configureBlocking(false);
            selector = Selector.open();
            listener.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::watch, "watch").start();
    }

    private static Thread daemon(Runnable task, String role) {
        Thread thread = new Thread(task, "scripted-server-" + role);
        thread.setDaemon(true);
        return thread;
    }

    /** The server's address, without a path. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
    }

    /** The number of connections so far. */
    public int connections() {
        return accepted.get();
    }

    /** All requests so far. */
    public List<Request> requests() {
        synchronized (exchanges) {
            return exchanges.stream().map(Exchange::request).toList();
        }
    }

    /** The exchange with this number, starting at 0; waits for it. */
    public Exchange exchange(int number) {
        synchronized (exchanges) {
            Waits.until(
                    exchanges,
                    FakeCalls.PATIENCE,
                    () -> exchanges.size() > number,
                    () -> "request " + number + " (the first one is 0); there were " + exchanges.size() + " requests");
            return exchanges.get(number);
        }
    }

    /** Closes all connections. Fails if a script threw anything but an {@link IOException}. */
    @Override
    public void close() {
        closing = true;
        try {
            listener.close();
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(Connection::close);
        // After the channels: an interrupted read closes its channel, and the JDK deadlocks if another thread closes
        // it at the same time.
        workers.shutdownNow();
        Throwable thrown = scriptFailure.get();
        if (thrown != null) {
            throw new AssertionError("a script failed", thrown);
        }
    }

    private void watch() {
        try {
            while (!closing) {
                selector.select();
                park(); // before the keys: a connection that is parked later needs the next select, which removes its
                // old key
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isAcceptable()) {
                        accept();
                    } else if (key.isReadable()) {
                        ((Connection) key.attachment()).readable(key);
                    }
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!closing && !(e instanceof ClosedSelectorException)) {
                scriptFailure.compareAndSet(null, e);
            }
        }
    }

    private void park() {
        for (Connection next; (next = parking.poll()) != null; ) {
            next.watched();
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel; (channel = listener.accept()) != null; ) {
            accepted.incrementAndGet();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // one packet per write
            Connection connection = new Connection(channel);
            connections.add(connection);
            if (closing) { // close() may have copied the connections before
                connection.close();
                return;
            }
            connection.watched();
        }
    }

    /** One connection: either registered with the selector, or in blocking mode and used by one worker. */
    private final class Connection implements Runnable {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(8192).flip();
        private volatile Exchange last;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void watched() {
            try {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, this);
            } catch (IOException e) {
                peerClosed();
            }
        }

        void readable(SelectionKey key) {
            if (last != null && last.held) {
                try {
                    if (channel.read(ByteBuffer.allocate(1024)) < 0) {
                        peerClosed();
                    }
                } catch (IOException e) { // a reset counts as a close
                    peerClosed();
                }
            } else {
                key.cancel();
                workers.execute(this);
            }
        }

        @Override
        public void run() {
            try {
                channel.configureBlocking(true);
                Request request = readRequest();
                if (request == null) {
                    peerClosed();
                    return;
                }
                Exchange exchange = new Exchange(this, request);
                last = exchange;
                synchronized (exchanges) {
                    exchanges.add(exchange);
                    exchanges.notifyAll();
                }
                script.answer(exchange);
                if (channel.isOpen()) {
                    parking.add(this);
                    selector.wakeup();
                }
            } catch (IOException e) {
                peerClosed();
            } catch (Throwable thrown) {
                if (!closing) {
                    scriptFailure.compareAndSet(null, thrown);
                }
                close();
            }
        }

        private Request readRequest() throws IOException {
            String start = line();
            if (start == null) {
                return null;
            }
            String[] words = start.split(" ");
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            int length = 0;
            for (String header; !(header = line()).isEmpty(); ) {
                int colon = header.indexOf(':');
                String name = header.substring(0, colon);
                String value = header.substring(colon + 1).trim();
                headers.add(Map.entry(name, value));
                if (name.equalsIgnoreCase("content-length")) {
                    length = Integer.parseInt(value);
                }
            }
            byte[] body = new byte[length];
            for (int i = 0; i < length; i++) {
                body[i] = (byte) read();
            }
            return new Request(words[0], words[1], List.copyOf(headers), body);
        }

        /** The next line without its terminator; null if the connection ends first. */
        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try {
                for (int next; (next = read()) != '\n'; ) {
                    if (next != '\r') {
                        line.write(next);
                    }
                }
            } catch (EOFException e) {
                return null;
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        private int read() throws IOException {
            if (!in.hasRemaining()) {
                in.clear();
                int count = channel.read(in);
                in.flip();
                if (count < 0) {
                    throw new EOFException();
                }
            }
            return in.get();
        }

        void peerClosed() {
            close();
            if (last != null) {
                last.peerClosed.complete(null);
            }
        }

        void close() {
            connections.remove(this);
            try {
                channel.close();
            } catch (IOException e) {
                // the channel is closed in any case
            }
        }
    }

    /** One request with the methods to answer it. Only its script may write; any thread may read the state. */
    public static final class Exchange {
        private final Connection connection;
        private final Request request;
        private final CompletableFuture<Void> peerClosed = new CompletableFuture<>();
        private final AtomicLong written = new AtomicLong();
        private volatile boolean held;

        private Exchange(Connection connection, Request request) {
            this.connection = connection;
            this.request = request;
        }

        /** The request. */
        public Request request() {
            return request;
        }

        /** Writes bytes unchanged. */
        public Exchange send(byte[] bytes) throws IOException {
            try {
                for (ByteBuffer out = ByteBuffer.wrap(bytes); out.hasRemaining(); ) {
                    written.addAndGet(connection.channel.write(out));
                }
                return this;
            } catch (IOException e) {
                connection.peerClosed();
                throw e;
            }
        }

        /** Writes text unchanged, as UTF-8. */
        public Exchange send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Writes the status line and these header lines. */
        public Exchange head(int status, String... headerLines) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
            for (String line : headerLines) {
                head.append(line).append("\r\n");
            }
            return send(head.append("\r\n").toString());
        }

        /** Writes a whole answer with a content length. */
        public Exchange answer(int status, String mediaType, byte[] body, String... headerLines) throws IOException {
            return head(status, with(headerLines, "Content-Type: " + mediaType, "Content-Length: " + body.length))
                    .send(body);
        }

        /** Writes a whole answer with a content length. */
        public Exchange answer(int status, String mediaType, String body, String... headerLines) throws IOException {
            return answer(status, mediaType, body.getBytes(StandardCharsets.UTF_8), headerLines);
        }

        /** Writes the head of a chunked answer. */
        public Exchange beginChunked(int status, String mediaType, String... headerLines) throws IOException {
            return head(status, with(headerLines, "Content-Type: " + mediaType, "Transfer-Encoding: chunked"));
        }

        /** Writes one chunk; nothing if it is empty, since an empty chunk ends the body. */
        public Exchange chunk(byte[] bytes) throws IOException {
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
        public Exchange chunk(String text) throws IOException {
            return chunk(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Writes the chunk that ends the body. */
        public Exchange lastChunk() throws IOException {
            return send("0\r\n\r\n");
        }

        /** Writes the piece repeatedly until this number of bytes is written; blocks while the client does not read. */
        public Exchange flood(byte[] piece, long bytes) throws IOException {
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
            connection.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            connection.close();
        }

        /** Keeps the connection open and silent after the script, until the client closes it. */
        public void hold() {
            held = true;
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
                peerClosed.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
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
}
