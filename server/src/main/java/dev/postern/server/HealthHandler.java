package dev.postern.server;

import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import dev.postern.json.Json;
import dev.postern.server.http.Handler;
import dev.postern.server.http.RequestPool;
import dev.postern.server.http.ServerExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code GET /readyz}: checks the health of all backends at the same time. The status is 503 only if the default
 * backend and all its fallbacks are down, because a gateway that can answer must stay in service. Other problems
 * (another backend, a configuration that could not be reloaded) are reported as {@code degraded}. A backend that does
 * not answer in time or refuses its key is down.
 */
final class HealthHandler implements Handler {
    private static final String PREFIX = "llm/";
    private static final String UP = "ok";
    private static final String DOWN = "down";

    /** The maximum number of repetitions of the checks because reloads replace backends. The last checks count. */
    private static final int MAX_REPEATS = 3;

    private final Gateway gateway;
    private final Supplier<String> reloadError;
    private final Duration timeout;
    private final ExecutorService threads = Executors.newCachedThreadPool(RequestPool.named("gateway-health-"));
    private final List<ServerExchange> waiting = new ArrayList<>(); // guarded by itself

    HealthHandler(Gateway gateway, Supplier<String> reloadError, Duration timeout) {
        this.gateway = gateway;
        this.reloadError = reloadError;
        this.timeout = timeout;
    }

    /** {@code GET /healthz}: the process answers. */
    static void alive(ServerExchange exchange) {
        exchange.json(200, Json.bytes(json -> json.object(health -> health.field("status", "ok"))));
    }

    /** Runs on an event loop. Requests that come at the same time share the checks, so they need no further threads. */
    @Override
    public void handle(ServerExchange exchange) {
        boolean begins;
        synchronized (waiting) {
            begins = waiting.isEmpty();
            waiting.add(exchange);
        }
        if (begins) {
            try {
                threads.execute(this::answerAll);
            } catch (RuntimeException
                    | Error e) { // no thread could be started; otherwise these clients would wait for ever
                taken().forEach(each -> each.fail(e));
            }
        }
    }

    private List<ServerExchange> taken() {
        synchronized (waiting) {
            List<ServerExchange> all = List.copyOf(waiting);
            waiting.clear();
            return all;
        }
    }

    private void answerAll() {
        Optional<Report> report = Optional.empty();
        Throwable failure = new IllegalStateException("no checks");
        try {
            report = Optional.of(check());
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
        for (ServerExchange exchange : taken()) {
            if (report.isPresent()) {
                exchange.json(report.get().status(), report.get().json());
            } else {
                exchange.fail(failure);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Report(int status, byte[] json) {}

    private Report check() throws InterruptedException {
        List<String> names;
        List<String> served;
        Map<String, String> checks;
        int rounds = 0;
        do {
            names = gateway.backends();
            checks = checks(names);
            served = served();
            rounds++;
        } while (!gateway.backends().equals(names) && rounds <= MAX_REPEATS);
        return new Report(isAnyUp(checks, served) ? 200 : 503, report(checks));
    }

    private static boolean isAnyUp(Map<String, String> checks, List<String> names) {
        return names.stream().anyMatch(name -> UP.equals(checks.get(name)));
    }

    private byte[] report(Map<String, String> checks) {
        String failedReload = reloadError.get();
        boolean well = failedReload.isEmpty() && !checks.containsValue(DOWN);
        return Json.bytes(json -> json.object(health -> health.field("status", well ? "ok" : "degraded")
                .object("checks", all -> checks.forEach(all::field))
                .fieldIfAny("config_reload_error", failedReload)));
    }

    /** The names of the checks of the default backend and of its fallbacks. */
    private List<String> served() {
        List<String> checks = new ArrayList<>();
        checks.add(PREFIX + gateway.defaultBackend());
        // The empty name is the default. The name from the line above may be unknown after a reload.
        gateway.fallbacksOf("").forEach(name -> checks.add(PREFIX + name));
        return checks;
    }

    private Map<String, String> checks(List<String> names) throws InterruptedException {
        List<Callable<ProviderHealth>> questions = names.stream()
                .<Callable<ProviderHealth>>map(
                        name -> () -> gateway.backend(name).health())
                .toList();
        List<Future<ProviderHealth>> answers = threads.invokeAll(questions, timeout.toMillis(), TimeUnit.MILLISECONDS);
        Map<String, String> checks = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            checks.put(PREFIX + names.get(i), isUp(answers.get(i)) ? UP : DOWN);
        }
        return checks;
    }

    private static boolean isUp(Future<ProviderHealth> answer) throws InterruptedException {
        try {
            return answer.get().up();
        } catch (ExecutionException | CancellationException e) { // the provider threw or did not answer in time
            return false;
        }
    }
}
