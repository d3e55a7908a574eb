package dev.postern.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /**
     * Answers one request. An {@link IOException} means that the client has closed the connection; it is not a
     * failure.
     */
    @FunctionalInterface
    public interface Script {
        /** Writes the answer; runs on a worker thread. A connection that is neither closed nor held is kept alive. */
        void answer(WireExchange exchange) throws Exception;
    }

    private final Script script;
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final ThreadPoolExecutor workers;
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<ServerConnection> parking = new ConcurrentLinkedQueue<>();
    private final List<WireExchange> exchanges = new ArrayList<>(); // guarded by itself
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
    public List<WireRequest> requests() {
        synchronized (exchanges) {
            return exchanges.stream().map(WireExchange::request).toList();
        }
    }

    /** The exchange with this number, starting at 0; waits for it. */
    public WireExchange exchange(int number) {
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
        connections.forEach(ServerConnection::close);
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
                        ((ServerConnection) key.attachment()).readable(key);
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
        for (ServerConnection next; (next = parking.poll()) != null; ) {
            next.watched();
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel; (channel = listener.accept()) != null; ) {
            accepted.incrementAndGet();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // one packet per write
            ServerConnection connection = new ServerConnection(this, channel);
            connections.add(connection);
            if (closing) { // close() may have copied the connections before
                connection.close();
                return;
            }
            connection.watched();
        }
    }

    // ---- for connections --------------------------------------------------------------------------------------------

    SelectionKey register(ServerConnection connection, SocketChannel channel) throws IOException {
        return channel.register(selector, SelectionKey.OP_READ, connection);
    }

    /** Runs the next exchange of this connection on a worker. */
    void serve(ServerConnection connection) {
        workers.execute(connection);
    }

    /** Records the exchange, and answers it. */
    void answer(WireExchange exchange) throws Exception {
        synchronized (exchanges) {
            exchanges.add(exchange);
            exchanges.notifyAll();
        }
        script.answer(exchange);
    }

    /** The worker is done with this connection; it is watched from now on. */
    void park(ServerConnection connection) {
        parking.add(connection);
        selector.wakeup();
    }

    void closed(ServerConnection connection) {
        connections.remove(connection);
    }

    void failed(Throwable thrown) {
        if (!closing) {
            scriptFailure.compareAndSet(null, thrown);
        }
    }
}
