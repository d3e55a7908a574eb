package dev.postern.server;

import dev.postern.gateway.Gateway;
import dev.postern.server.admin.AdminPage;
import dev.postern.server.admin.AdminState;
import dev.postern.server.admin.BackendStates;
import dev.postern.server.http.ServerExchange;
import dev.postern.server.metrics.ServerMetrics;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /metrics}, {@code /admin} and {@code /admin/state}: what operators and their tools read. */
final class AdminHandlers {
    private static final Map<String, String> UNCACHED =
            Map.of("Cache-Control", "no-store", "X-Content-Type-Options", "nosniff");

    private final Gateway gateway;
    private final ServerMetrics metrics;
    private final BackendStates backends;
    private final AdminState state;

    AdminHandlers(Gateway gateway, ServerMetrics metrics, BackendStates backends, AdminState state) {
        this.gateway = gateway;
        this.metrics = metrics;
        this.backends = backends;
        this.state = state;
    }

    /** GET: the metrics in the text format of Prometheus. */
    void metrics(ServerExchange exchange) {
        Map<String, Boolean> available = new LinkedHashMap<>();
        gateway.backends().forEach(name -> available.put(name, backends.isAvailable(name)));
        byte[] text = metrics.scrape(available).getBytes(StandardCharsets.UTF_8);
        exchange.content(200, text, Map.of("Content-Type", ServerMetrics.CONTENT_TYPE, "Cache-Control", "no-store"));
    }

    /** GET: the page, which has no data. */
    static void page(ServerExchange exchange) {
        exchange.content(200, AdminPage.bytes(), AdminPage.headers());
    }

    /** GET: the data of the page. */
    void state(ServerExchange exchange) {
        exchange.json(200, state.json(), UNCACHED);
    }
}
