package dev.postern.server;

import dev.postern.LlmException;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.gateway.BackendListener;
import dev.postern.gateway.Gateway;
import dev.postern.opentelemetry.OpenTelemetryListener;
import dev.postern.server.admin.AdminState;
import dev.postern.server.admin.BackendStates;
import dev.postern.server.admin.OpenRequests;
import dev.postern.server.http.RequestLog;
import dev.postern.server.http.RequestObserver;
import dev.postern.server.http.Router;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.metrics.ServerMetrics;
import dev.postern.server.observe.AccessLog;
import dev.postern.server.observe.CallFacts;
import dev.postern.server.observe.ObserveSettings;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.server.observe.RequestOutcome;
import dev.postern.server.observe.RequestSummary;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.function.Supplier;

/** What can be seen of the server from outside: access log, metrics, and the page for operators. Thread-safe. */
final class Observability implements RequestObserver, AutoCloseable {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final Clock clock = Clock.systemUTC();
    private final ServerMetrics metrics = new ServerMetrics();
    private final CallFacts facts = new CallFacts(metrics::priced);
    private final BackendStates backends = new BackendStates(clock, System::nanoTime);
    private final OpenRequests requests = new OpenRequests();
    private final AccessLog accessLog;
    private volatile CallListener traced = call -> CallListener.CallWatch.NONE;
    private volatile ObserveSettings settings = ObserveSettings.defaults();

    /** Everything that needs a configuration is off until one is {@linkplain #use used}. */
    Observability(PrintStream stdout) {
        accessLog = new AccessLog(clock, Observability::daemon, stdout);
        metrics.gauge("postern.server.requests", "Requests that are being answered.", requests::count);
        metrics.gauge("postern.server.streams", "Streams that are being answered.", requests::streams);
        metrics.counter("postern.access_log.dropped", "Lines of the access log that were dropped.", accessLog::dropped);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "gateway-access-log");
        thread.setDaemon(true);
        return thread;
    }

    /** Adds what is told about the calls of the gateway. */
    Instrumentation.Builder addTo(Instrumentation.Builder instrumentation) {
        instrumentation.listener(facts).listener(backends).listener(call -> traced.begin(call));
        metrics.listeners().forEach(instrumentation::listener);
        return instrumentation.binding(OpenTelemetryListener.binding());
    }

    /** What is told about the availability of backends. */
    BackendListener backends() {
        return backends;
    }

    /** Puts new settings into effect. */
    void use(ObserveSettings next) {
        accessLog.use(next.accessLog());
        if (!next.prices().equals(settings.prices())) {
            facts.prices(next.prices());
        }
        trace(next.openTelemetry());
        settings = next;
    }

    /** A limit of a caller has refused a request. */
    void refused(String tenant, String limit) {
        metrics.refused(tenant, limit);
    }

    ObserveSettings settings() {
        return settings;
    }

    private void trace(boolean on) {
        if (on == settings.openTelemetry()) {
            return;
        }
        if (on && !GlobalOpenTelemetry.isSet()) {
            LOGGER.log(
                    Level.WARNING,
                    "server.opentelemetry is true, but this process has no OpenTelemetry; start it with the Java agent of"
                            + " OpenTelemetry.");
        }
        traced = on ? OpenTelemetryListener.of(GlobalOpenTelemetry.get()) : call -> CallListener.CallWatch.NONE;
    }

    /**
     * Adds the paths for operators.
     *
     * @param reloadError supplies the error of the last reload; empty for none
     */
    void addRoutes(Router routes, Gateway gateway, Supplier<String> reloadError) {
        AdminState state = new AdminState(
                gateway, backends, requests, facts::costs, reloadError, requests::streams, clock, System::nanoTime);
        AdminHandlers handlers = new AdminHandlers(gateway, metrics, backends, state);
        routes.get("/metrics", handlers::metrics)
                .get("/admin", AdminHandlers::page)
                .get("/admin/state", handlers::state);
    }

    @Override
    public void begins(ServerExchange exchange) {
        ObservedRequest request = new ObservedRequest(
                exchange.ids().request(),
                exchange.ids().correlation(),
                RequestLog.method(exchange),
                clock.instant(),
                System::nanoTime,
                this::isOver);
        exchange.observe(request);
        requests.add(request);
    }

    @Override
    public void ended(ServerExchange exchange) {
        exchange.observed().ifPresent(request -> {
            requests.remove(request);
            request.received(exchange.bytesRead());
            request.ended(
                    Math.max(0, exchange.status()),
                    outcome(exchange),
                    exchange.failureKind().orElse(null),
                    exchange.bytesWritten());
        });
    }

    private static RequestOutcome outcome(ServerExchange exchange) {
        if (exchange.failureKind()
                        .filter(kind -> kind == LlmException.Kind.CANCELLED)
                        .isPresent()
                || exchange.isGone()) {
            return RequestOutcome.CANCELLED;
        }
        if (exchange.failure().equals(RequestLog.STOPPED)) {
            return RequestOutcome.CUT;
        }
        return exchange.status() >= 400 || !exchange.failure().isEmpty()
                ? RequestOutcome.FAILED
                : RequestOutcome.ANSWERED;
    }

    private void isOver(RequestSummary request) {
        metrics.accept(request);
        accessLog.accept(request);
    }

    /** Writes what waits. */
    @Override
    public void close() {
        accessLog.close();
        metrics.close();
    }
}
