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
 * An HTTP/1.1 server on loopback that answers each request with what a script writes, byte by byte and, where a test
 * wants it, against all rules. Every request is recorded before its script runs.
 *
 * <p>One thread watches the connections on which nothing happens, so a thousand held ones cost no thread. Scripts run on
 * at most {@value #WORKERS} threads: one that blocks keeps one of them.
 *
 * <pre>{@code
 * try (ScriptedServer server = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
 *         .chunk("hello ").chunk("world").lastChunk())) { … }
 * }</pre>
 */
public final class ScriptedServer implements AutoCloseable {
    private static final int WORKERS = 16;
    private static final long PATIENCE_SECONDS = 30;

    /** What happens to one request. An {@link IOException} means that the client is gone, which is no failure. */
    @FunctionalInterface
    public interface Script {
        /** Answers; runs on a thread of its own. What is neither closed nor held is kept alive for the next request. */
        void answer(Exchange exchange) throws Exception;
    }

    /**
     * A request as it was sent.
     *
     * @param method the method
     * @param target path and query
     * @param headers names and values in the order and case in which they came
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

        /** The names of all headers, as they were sent. */
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

    /** How many connections were accepted so far. */
    public int connections() {
        return accepted.get();
    }

    /** All requests so far. */
    public List<Request> requests() {
        synchronized (exchanges) {
            return exchanges.stream().map(Exchange::request).toList();
        }
    }

    /** The exchange with this number, from 0 on; waits for it. */
    public Exchange exchange(int number) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (exchanges) {
            while (exchanges.size() <= number) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            "only " + exchanges.size() + " requests came, so none with number " + number);
                }
                waitFor(exchanges, left);
            }
            return exchanges.get(number);
        }
    }

    /** Closes all connections. Fails if a script did with anything but an {@link IOException}. */
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
        // After the channels: an interrupted read closes its channel, and the JDK deadlocks if another thread is
        // closing it.
        workers.shutdownNow();
        Throwable thrown = scriptFailure.get();
        if (thrown != null) {
            throw new AssertionError("a script failed", thrown);
        }
    }

    static void waitFor(Object monitor, long millis) {
        try {
            monitor.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void watch() {
        try {
            while (!closing) {
                selector.select();
                park(); // before the keys: what is parked later waits for the next select, which forgets its old key
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
        } catch (IOException | RuntimeException e) {
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
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // each piece in a packet of its own
            Connection connection = new Connection(channel);
            connections.add(connection);
            if (closing) { // close() may have looked at the connections before
                connection.close();
                return;
            }
            connection.watched();
        }
    }

    /** One connection: either watched by the selector, or blocking and in the hands of one worker. */
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
                } catch (IOException e) { // a reset is a close, too
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

        /** Without its line end; null if the connection ends before it. */
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
                // closed enough
            }
        }
    }

    /** One request, and the means to answer it. Used by its script alone, except for the methods that only tell. */
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

        /** What is asked. */
        public Request request() {
            return request;
        }

        /** Writes bytes as they are. */
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

        /** Writes text as it is. */
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

        /** A whole answer of known length. */
        public Exchange answer(int status, String mediaType, byte[] body, String... headerLines) throws IOException {
            return head(status, with(headerLines, "Content-Type: " + mediaType, "Content-Length: " + body.length))
                    .send(body);
        }

        /** A whole answer of known length. */
        public Exchange answer(int status, String mediaType, String body, String... headerLines) throws IOException {
            return answer(status, mediaType, body.getBytes(StandardCharsets.UTF_8), headerLines);
        }

        /** The head of an answer in chunks. */
        public Exchange beginChunked(int status, String mediaType, String... headerLines) throws IOException {
            return head(status, with(headerLines, "Content-Type: " + mediaType, "Transfer-Encoding: chunked"));
        }

        /** One chunk; none if it is empty, as that would be the end. */
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

        /** One chunk of text. */
        public Exchange chunk(String text) throws IOException {
            return chunk(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The chunk that ends the body. */
        public Exchange lastChunk() throws IOException {
            return send("0\r\n\r\n");
        }

        /** Writes the piece again and again until so many bytes were written; blocks while the client does not read. */
        public Exchange flood(byte[] piece, long bytes) throws IOException {
            for (long end = written() + bytes; written() < end; ) {
                send(piece);
            }
            return this;
        }

        /** Ends the connection in the orderly way, whatever is still missing. */
        public void close() {
            connection.close();
        }

        /** Resets the connection; what the client has not read by then may be lost to it. */
        public void reset() throws IOException {
            connection.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            connection.close();
        }

        /** Says nothing more, from the end of the script on; the connection stays open until the client closes it. */
        public void hold() {
            held = true;
        }

        /** How many bytes the operating system has taken so far. */
        public long written() {
            return written.get();
        }

        /** Completes when the client has closed the connection; noticed by those that are held, idle or written to. */
        public CompletableFuture<Void> peerClosed() {
            return peerClosed;
        }

        /** Waits until the client has closed the connection; fails if that takes longer than anyone's patience. */
        public void awaitPeerClosed() {
            try {
                peerClosed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
