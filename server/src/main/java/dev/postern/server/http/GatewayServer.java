package dev.postern.server.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP server, on Vert.x. It passes each request to its handler, answers with an error for each failure, and waits
 * for active requests when it stops. A client that closes its connection ends its request at once.
 */
public final class GatewayServer implements AutoCloseable {
    /** The time to send an error to the clients of answers that are cut off. */
    private static final Duration CUT_TIME = Duration.ofSeconds(2);

    /** The lines of the log that may wait to be written. */
    private static final int LOG_LINES = 10_000;

    private final Limits limits;
    private final ActiveRequests running;
    private final BodyBudget budget;
    private final Connections connections;
    private final RequestPool pool;
    private final RequestFlow flow;
    private final Set<ServerExchange> exchanges = ConcurrentHashMap.newKeySet();
    private final RequestObserver observer;
    private final LogQueue log = new LogQueue(LOG_LINES, RequestLog::missing);
    private final HttpListener listener;

    private GatewayServer(
            InetSocketAddress address,
            Optional<TlsPem> tls,
            Router router,
            AccessCheck access,
            RequestFilter filter,
            RequestObserver observer,
            Limits limits)
            throws IOException {
        this.observer = observer;
        this.limits = limits;
        running = new ActiveRequests(limits.maxRequests());
        budget = new BodyBudget(limits.maxMemory());
        connections = new Connections(limits.connections());
        pool = new RequestPool(limits.maxRequests());
        flow = new RequestFlow(access, filter, router, running, pool);
        listener = HttpListener.start(address, tls, connections, this::handle, this::refuse);
    }

    /**
     * Starts the server. Port 0 stands for any free port.
     *
     * @param tls the identity for TLS; empty for a server without TLS
     * @param access decides whether a client may use the server
     * @param filter refuses requests by their head, after {@code access}
     * @param observer is told about each request
     * @throws java.net.BindException if the port is in use
     */
    public static GatewayServer start(
            InetSocketAddress address,
            Optional<TlsPem> tls,
            Router router,
            AccessCheck access,
            RequestFilter filter,
            RequestObserver observer,
            Limits limits)
            throws IOException {
        return new GatewayServer(address, tls, router, access, filter, observer, limits);
    }

    /** Starts a server whose requests nobody observes. */
    public static GatewayServer start(
            InetSocketAddress address,
            Optional<TlsPem> tls,
            Router router,
            AccessCheck access,
            RequestFilter filter,
            Limits limits)
            throws IOException {
        return start(address, tls, router, access, filter, RequestObserver.NONE, limits);
    }

    /** Starts a server without TLS whose requests nobody observes. */
    public static GatewayServer start(
            InetSocketAddress address, Router router, AccessCheck access, RequestFilter filter, Limits limits)
            throws IOException {
        return start(address, Optional.empty(), router, access, filter, RequestObserver.NONE, limits);
    }

    /**
     * Uses another identity for new connections, if the server has one.
     *
     * @throws dev.postern.LlmException of kind CONFIGURATION if it cannot be used; then the one before stays in use
     */
    public void identify(TlsPem pem) {
        listener.identify(pem);
    }

    public int port() {
        return listener.port();
    }

    /** The number of active requests. */
    public int running() {
        return running.count();
    }

    /**
     * Closes the listening socket, waits {@code grace} for active requests, and cuts off the rest: a stream ends with
     * an error event, another answer with an error status. A new request on an open connection gets status 503.
     */
    public void stop(Duration grace) {
        running.close();
        listener.stopAccepting();
        if (!running.awaitNone(grace)) {
            RequestLog.cutting(running.count());
            exchanges.forEach(ServerExchange::cut);
            running.awaitNone(CUT_TIME);
        }
        pool.close();
        listener.close();
        log.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private void handle(HttpServerRequest raw) {
        flow.begin(open(raw));
    }

    /** Refuses a request that is not valid HTTP. Vert.x closes the connection after the answer. */
    private void refuse(HttpServerRequest raw) {
        Throwable cause = raw.decoderResult().cause();
        ServerExchange exchange = open(raw);
        if (cause instanceof TooLongHttpLineException) {
            exchange.fail(HttpFailure.closing(414, "The target of the request is too long."));
        } else if (cause instanceof TooLongHttpHeaderException) {
            exchange.fail(HttpFailure.closing(431, "The headers of the request are too large."));
        } else {
            exchange.fail(HttpFailure.closing(400, "The request is not valid HTTP."));
        }
    }

    private ServerExchange open(HttpServerRequest raw) {
        long begin = System.nanoTime();
        HttpConnection connection = raw.connection();
        running.enter();
        connections.requestBegins(connection);
        ServerExchange exchange =
                new ServerExchange(Vertx.currentContext(), raw, limits, budget, connections::abort, running::isClosed);
        exchanges.add(exchange);
        observer.begins(exchange);
        exchange.whenEnded(() -> {
            try {
                RequestLog.answered(exchange, System.nanoTime() - begin, log);
                observer.ended(exchange);
            } finally {
                exchanges.remove(exchange);
                connections.requestEnds(connection);
                running.leave();
            }
        });
        return exchange;
    }
}
