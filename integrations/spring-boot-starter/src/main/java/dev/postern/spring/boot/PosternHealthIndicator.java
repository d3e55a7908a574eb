package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of the application's provider. Of a gateway, all backends are checked at the same time; it is down if the default backend
 * and all its fallbacks are. A check asks for the list of models, which costs no tokens. A backend whose last check has not ended is not
 * asked again, so a server that hangs is asked once. A reload of a gateway replaces its backends, and the new ones are asked.
 */
final class PosternHealthIndicator implements HealthIndicator {
    private static final ProviderHealth NOTHING =
            ProviderHealth.down("Its healthAsync() gave null instead of a ProviderHealth.");

    private final LlmProvider llm;
    private final Duration limit;
    /** The checks that have not ended. A provider that replaces another one of the same name is not equal to it. */
    private final Map<LlmProvider, CompletableFuture<ProviderHealth>> running = new ConcurrentHashMap<>();

    /**
     * Creates an indicator.
     *
     * @param limit the longest time of a check, over all backends; a backend that does not answer in time is down
     */
    PosternHealthIndicator(LlmProvider llm, Duration limit) {
        this.llm = llm;
        this.limit = limit;
    }

    @Override
    public Health health() {
        Map<String, CompletableFuture<ProviderHealth>> checks = new LinkedHashMap<>();
        List<String> needed = new ArrayList<>();
        if (llm instanceof Gateway gateway) {
            Map<String, LlmProvider> backends = backends(gateway);
            running.keySet().retainAll(backends.values()); // what a reload has replaced is not waited for
            backends.forEach((name, backend) -> checks.put(name, check(backend)));
            needed.add(gateway.defaultBackend());
            needed.addAll(gateway.fallbacksOf("")); // the empty name is the default, also after a reload
        } else {
            checks.put(llm.name(), check(llm));
            needed.add(llm.name());
        }
        try {
            return report(checks, needed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.down()
                    .withDetail("detail", "The check was interrupted.")
                    .build();
        }
    }

    private Health report(Map<String, CompletableFuture<ProviderHealth>> checks, List<String> needed)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean up = false;
        Map<String, Map<String, String>> backends = new LinkedHashMap<>();
        for (Map.Entry<String, CompletableFuture<ProviderHealth>> check : checks.entrySet()) {
            ProviderHealth health = await(check.getValue(), end - System.nanoTime());
            up |= health.up() && needed.contains(check.getKey());
            Status status = health.up() ? Status.UP : Status.DOWN;
            backends.put(check.getKey(), Map.of("status", status.getCode(), "detail", health.detail()));
        }
        return (up ? Health.up() : Health.down())
                .withDetail("backends", backends)
                .build();
    }

    private ProviderHealth await(CompletableFuture<ProviderHealth> check, long nanos) throws InterruptedException {
        try {
            return check.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return ProviderHealth.down("It did not answer within " + limit.toMillis()
                    + " ms; postern.health.timeout is the longest time of a check.");
        } catch (ExecutionException e) {
            return ProviderHealth.down(LlmException.of(e));
        }
    }

    private static Map<String, LlmProvider> backends(Gateway gateway) {
        Map<String, LlmProvider> backends = new LinkedHashMap<>();
        for (String name : gateway.backends()) {
            try {
                backends.put(name, gateway.backend(name));
            } catch (LlmException e) {
                // a reload has removed it
            }
        }
        return backends;
    }

    /** The check that runs, or a new one. No lock is held while the provider is asked. */
    private CompletableFuture<ProviderHealth> check(LlmProvider backend) {
        CompletableFuture<ProviderHealth> mine = new CompletableFuture<>();
        CompletableFuture<ProviderHealth> other = running.putIfAbsent(backend, mine);
        if (other != null) {
            return other;
        }
        CompletableFuture<ProviderHealth> asked;
        try {
            asked = backend.healthAsync();
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        } catch (Error e) {
            end(backend, mine, null, e); // another thread may wait for it
            throw e;
        }
        if (asked == null) {
            end(backend, mine, null, null);
        } else {
            var unused = asked.whenComplete((health, thrown) -> end(backend, mine, health, thrown));
        }
        return mine;
    }

    private void end(
            LlmProvider backend,
            CompletableFuture<ProviderHealth> check,
            @Nullable ProviderHealth health,
            @Nullable Throwable thrown) {
        running.remove(backend, check);
        if (thrown != null) {
            check.completeExceptionally(thrown);
        } else {
            check.complete(health == null ? NOTHING : health);
        }
    }
}
