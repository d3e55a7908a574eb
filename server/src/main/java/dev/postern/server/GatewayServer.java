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
 * The HTTP server: gives each request to its handler, makes an answer of each failure, and stops without breaking off
 * what runs. What a handler does is none of its business.
 *
 * <p>Two things the JDK's server does not allow: requests that are no HTTP are refused before we see them, hence without
 * an id and in HTML; and a client that hangs up is noticed only when something is written to it.
 */
final class GatewayServer implements AutoCloseable {
    /** Connections that may wait to be accepted; of the JDK's default of 50, a rush of clients loses some. */
    private static final int BACKLOG = 1024;

    /** For what is cut off: time to say so to the client. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final HttpServer http;
    private final Router router;
    private final SiteGuard sites;
    private final Limits limits;
    private final ExecutorService workers = Workers.forRequests();
    private final StallGuard guard = new StallGuard();
    private final Running running;
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final BodyBudget budget;

    private GatewayServer(HttpServer http, Router router, SiteGuard sites, Limits limits) {
        this.http = http;
        this.router = router;
        this.sites = sites;
        this.limits = limits;
        this.running = new Running(limits.maxRequests());
        this.budget = new BodyBudget(limits.maxMemory());
    }

    /**
     * Starts it; port 0 is any free one.
     *
     * @param rules what its configuration says now
     * @throws java.net.BindException if the port is in use
     */
    static GatewayServer start(InetSocketAddress address, Router router, Supplier<ServerRules> rules, Limits limits)
            throws IOException {
        SiteGuard sites = new SiteGuard(address.getAddress().isLoopbackAddress(), rules);
        GatewayServer server = new GatewayServer(HttpServer.create(address, BACKLOG), router, sites, limits);
        server.http.setExecutor(server.workers);
        server.http.createContext("/", server::handle);
        server.http.start();
        return server;
    }

    int port() {
        return http.getAddress().getPort();
    }

    /** How many requests are being answered. */
    int running() {
        return running.count();
    }

    /**
     * Takes no more connections, lets what runs come to its end for as long as {@code grace}, and cuts the rest: a stream ends
     * with an error event, any other answer is a status. A request that still comes, on a connection that was open, gets a 503.
     */
    void stop(Duration grace) {
        running.close();
        // This closes the listening socket at once, but on some JDKs it waits although nothing runs any more.
        int seconds = (int) Math.max(1, grace.plus(LAST_WORDS).toSeconds() + 1);
        Workers.named("gateway-stop-").newThread(() -> http.stop(seconds)).start();
        if (!running.awaitNone(grace)) {
            RequestLog.cutting(running.count());
            exchanges.forEach(Exchange::cut);
            running.awaitNone(LAST_WORDS);
        }
        http.stop(0); // ends the waiting of the other call, too
        workers.shutdownNow();
        guard.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private void handle(HttpExchange raw) throws IOException {
        long begin = System.nanoTime();
        Exchange exchange = new Exchange(raw, limits, guard, budget);
        exchanges.add(exchange);
        try {
            answer(exchange);
        } catch (SseResponse.CutException e) {
            throw e; // closes the connection, as do the others
        } catch (IOException e) {
            exchange.failed("the client is gone");
            throw e;
        } catch (InterruptedException e) {
            exchange.failed("cut off");
            throw new IOException("the server stops", e);
        } finally {
            RequestLog.answered(exchange, System.nanoTime() - begin);
            exchange.end();
            exchanges.remove(exchange);
            running.leave();
        }
    }

    private void answer(Exchange exchange) throws IOException, InterruptedException {
        try {
            running.enter();
            sites.check(exchange);
            router.find(exchange).handle(exchange);
        } catch (Refusal e) {
            refuse(exchange, e.status(), e.failure(), e.headers());
        } catch (LlmException e) {
            exchange.failed(RequestLog.reason(e));
            refuse(exchange, Statuses.of(e, running.isClosed()), e, Statuses.headers(e));
        } catch (RuntimeException | Error e) { // of an error, the JDK's server would leave the client without an answer
            exchange.failed(RequestLog.defect(e));
            LlmException failure = new LlmException(
                    LlmException.Kind.SERVER, "The gateway failed; its log has more under the id of the request.");
            refuse(exchange, 500, failure, Map.of());
        }
    }

    private static void refuse(Exchange exchange, int status, LlmException failure, Map<String, String> headers)
            throws IOException {
        if (exchange.begun()) {
            throw SseResponse.cut(); // too late for a status
        }
        exchange.json(status, ErrorWriter.write(failure, exchange.ids().request()), headers);
    }
}
