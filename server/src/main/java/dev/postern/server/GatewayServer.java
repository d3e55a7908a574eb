package dev.postern.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.postern.LlmException;
import dev.postern.wire.ErrorWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * The HTTP server. It passes each request to its handler, answers with an error for each failure, and waits for active
 * requests when it stops.
 *
 * <p>The JDK's server has two limitations: it refuses invalid HTTP requests itself, without an id and in HTML, and it
 * notices a closed connection only at the next write.
 */
final class GatewayServer implements AutoCloseable {
    /** Connections that may wait to be accepted. With the JDK's default of 50, a burst of clients loses connections. */
    private static final int BACKLOG = 1024;

    /** The time to send an error to the clients of answers that are cut off. */
    private static final Duration CUT_TIME = Duration.ofSeconds(2);

    private final HttpServer http;
    private final Router router;
    private final CrossSiteFilter sites;
    private final Limits limits;
    private final ExecutorService workers = RequestThreads.forRequests();
    private final IoTimeout ioTimeout = new IoTimeout();
    private final ActiveRequests running;
    private final Set<ServerExchange> exchanges = ConcurrentHashMap.newKeySet();
    private final BodyBudget budget;

    private GatewayServer(HttpServer http, Router router, CrossSiteFilter sites, Limits limits) {
        this.http = http;
        this.router = router;
        this.sites = sites;
        this.limits = limits;
        this.running = new ActiveRequests(limits.maxRequests());
        this.budget = new BodyBudget(limits.maxMemory());
    }

    /**
     * Starts the server. Port 0 stands for any free port.
     *
     * @param rules supplies the current rules of the configuration
     * @throws java.net.BindException if the port is in use
     */
    static GatewayServer start(InetSocketAddress address, Router router, Supplier<ServerRules> rules, Limits limits)
            throws IOException {
        CrossSiteFilter sites = new CrossSiteFilter(address.getAddress().isLoopbackAddress(), rules);
        GatewayServer server = new GatewayServer(HttpServer.create(address, BACKLOG), router, sites, limits);
        server.http.setExecutor(server.workers);
        server.http.createContext("/", server::handle);
        server.http.start();
        return server;
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** The number of active requests. */
    int running() {
        return running.count();
    }

    /**
     * Closes the listening socket, waits {@code grace} for active requests, and cuts off the rest: a stream ends with
     * an error event, another answer with an error status. A new request on an open connection gets status 503.
     */
    void stop(Duration grace) {
        running.close();
        // This closes the listening socket at once. Some JDKs then wait the whole time, even without active requests.
        int seconds = (int) Math.max(1, grace.plus(CUT_TIME).toSeconds() + 1);
        RequestThreads.named("gateway-stop-")
                .newThread(() -> http.stop(seconds))
                .start();
        if (!running.awaitNone(grace)) {
            RequestLog.cutting(running.count());
            exchanges.forEach(ServerExchange::cut);
            running.awaitNone(CUT_TIME);
        }
        http.stop(0); // this also ends the other call
        workers.shutdownNow();
        ioTimeout.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private void handle(HttpExchange raw) throws IOException {
        long begin = System.nanoTime();
        ServerExchange exchange = new ServerExchange(raw, limits, ioTimeout, budget);
        running.enter();
        exchanges.add(exchange);
        try {
            answer(exchange);
        } catch (SseResponse.CutException e) {
            throw e; // each IOException makes the JDK's server close the connection
        } catch (IOException e) {
            exchange.failed("the client is gone");
            throw e;
        } catch (InterruptedException e) {
            exchange.failed("cut off");
            throw new IOException("the server stops", e);
        } finally {
            end(exchange, System.nanoTime() - begin);
        }
    }

    /** Ends a request. A logger that throws must not keep its memory and its place. */
    private void end(ServerExchange exchange, long nanos) {
        try {
            RequestLog.answered(exchange, nanos);
        } finally {
            try {
                exchange.end();
            } finally {
                exchanges.remove(exchange);
                running.leave();
            }
        }
    }

    private void answer(ServerExchange exchange) throws IOException, InterruptedException {
        try {
            handleAdmitted(exchange);
        } catch (HttpFailure e) {
            refuse(exchange, e.status(), e.failure(), e.headers());
        } catch (LlmException e) {
            exchange.failed(RequestLog.reason(e));
            refuse(exchange, Statuses.of(e, running.isClosed()), e, Statuses.headers(e));
        } catch (RuntimeException | Error e) { // the JDK's server does not answer after an Error
            exchange.failed(RequestLog.defect(e));
            LlmException failure = new LlmException(
                    LlmException.Kind.SERVER, "The gateway failed; its log has more under the id of the request.");
            refuse(exchange, 500, failure, Map.of());
        }
    }

    /** Gives the place back before an error is sent: a refusal of a large body may take seconds. */
    private void handleAdmitted(ServerExchange exchange) throws IOException, InterruptedException {
        running.admit();
        try {
            sites.check(exchange);
            router.find(exchange).handle(exchange);
        } finally {
            running.release();
        }
    }

    private static void refuse(ServerExchange exchange, int status, LlmException failure, Map<String, String> headers)
            throws IOException {
        if (exchange.begun()) {
            throw SseResponse.cut(); // the status was sent already
        }
        exchange.json(status, ErrorWriter.write(failure, exchange.ids().request()), headers);
    }
}
