package dev.postern.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open connections, from the moment at which they are accepted. It limits their number and closes those that wait
 * too long for a request: neither a client that sends half a head nor one that sends nothing, not even a TLS handshake,
 * keeps its connection. Thread-safe.
 */
@ChannelHandler.Sharable
final class Connections extends ChannelInboundHandlerAdapter {
    private final ConnectionLimits limits;
    private final Map<String, Connection> open = new ConcurrentHashMap<>(); // by the client's address and port
    private final Map<String, Integer> clients = new ConcurrentHashMap<>();

    Connections(ConnectionLimits limits) {
        this.limits = limits;
    }

    /** Gets each accepted connection, in the pipeline of the listening socket. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        if (accepted instanceof Channel channel
                && channel.remoteAddress() instanceof InetSocketAddress client
                && !add(channel, client)) {
            channel.unsafe().closeForcibly(); // it is not registered yet
            return;
        }
        context.fireChannelRead(accepted);
    }

    /** Adds a connection; returns false if there are too many. */
    private boolean add(Channel channel, InetSocketAddress address) {
        String client = address.getAddress().getHostAddress();
        boolean isFull = clients.getOrDefault(client, 0) >= limits.perClient()
                && !limits.proxies().contains(client);
        if (open.size() >= limits.all() || isFull) {
            return false;
        }
        String key = key(client, address.getPort());
        clients.merge(client, 1, Integer::sum);
        Connection connection =
                new Connection(channel, System.nanoTime() + limits.headTime().toNanos());
        open.put(key, connection);
        channel.closeFuture().addListener(closed -> {
            open.remove(key, connection); // the client may have used its port again
            clients.computeIfPresent(client, (name, now) -> now == 1 ? null : now - 1);
        });
        return true;
    }

    private static String key(String address, int port) {
        return port + " " + address;
    }

    private Optional<Connection> find(String key) {
        return Optional.ofNullable(open.get(key));
    }

    private Optional<Connection> find(HttpConnection connection) {
        return find(key(
                String.valueOf(connection.remoteAddress().hostAddress()),
                connection.remoteAddress().port()));
    }

    /** A request has arrived. */
    void requestBegins(HttpConnection connection) {
        find(connection).ifPresent(Connection::begin);
    }

    /** A request was answered. */
    void requestEnds(HttpConnection connection) {
        find(connection)
                .ifPresent(
                        state -> state.end(System.nanoTime() + limits.idleTime().toNanos()));
    }

    /** Closes a connection at once. What waits for the client is dropped, whereas Vert.x would wait for it. */
    void abort(HttpConnection connection) {
        find(connection).ifPresent(Connection::abort);
    }

    /** Closes the connections that have waited too long. Called regularly. */
    void closeLate() {
        long now = System.nanoTime();
        open.values().stream().filter(state -> state.isLate(now)).forEach(Connection::abort);
    }

    /** One connection. HTTP/2 has several requests at the same time. */
    private static final class Connection {
        private final Channel channel;
        private int active;
        private long deadline;

        Connection(Channel channel, long deadline) {
            this.channel = channel;
            this.deadline = deadline;
        }

        synchronized void begin() {
            active++;
        }

        synchronized void end(long next) {
            active--;
            deadline = next;
        }

        /** Closes the socket. A close through the pipeline would wait until everything is sent. */
        void abort() {
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.newPromise()));
        }

        synchronized boolean isLate(long now) {
            return active == 0 && now - deadline > 0;
        }
    }
}
