package dev.postern.server.admin;

import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The health of backends as it was found last. A look never waits: it starts a check if the last one is older than 30 seconds, so an open
 * page does not ask the backends every few seconds. Thread-safe.
 */
final class HealthCache {
    private static final long VALID = TimeUnit.SECONDS.toNanos(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private final Map<String, Checked> checks = new HashMap<>(); // guarded by this

    private record Checked(long begin, Optional<ProviderHealth> health) {}

    HealthCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The last known health of a backend; empty if it was not checked yet. */
    Optional<ProviderHealth> of(Gateway gateway, String backend) {
        Optional<ProviderHealth> known;
        long now = nanoTime.getAsLong();
        synchronized (this) {
            checks.keySet().retainAll(gateway.backends());
            Checked last = checks.get(backend);
            known = last == null ? Optional.empty() : last.health();
            if (last != null && now - last.begin() < VALID) {
                return known;
            }
            checks.put(backend, new Checked(now, known));
        }
        var unused = check(gateway, backend).whenComplete((health, thrown) -> {
            ProviderHealth found = thrown == null ? health : ProviderHealth.down("The check did not answer in time.");
            synchronized (this) {
                checks.replace(backend, new Checked(now, Optional.of(found)));
            }
        });
        return known;
    }

    private static CompletableFuture<ProviderHealth> check(Gateway gateway, String backend) {
        try {
            return gateway.backend(backend).healthAsync().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) { // a reload removed it
            return CompletableFuture.failedFuture(e);
        }
    }
}
