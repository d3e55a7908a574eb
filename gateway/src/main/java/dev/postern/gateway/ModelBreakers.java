package dev.postern.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breakers of the models that one backend refused, by name. Callers may send any name, so at most 256 are
 * kept; the least recently used one is dropped. Not thread-safe.
 */
final class ModelBreakers {
    private static final int MAX_MODELS = 256;

    private final Map<String, CircuitBreaker> breakers = new LinkedHashMap<>(16, 0.75f, true);

    /** The breaker of a model; null if there is none. */
    @Nullable
    CircuitBreaker get(String model) {
        return breakers.get(model);
    }

    /** The breaker of a model, which is created if there is none. Call {@link #dropEldest} afterwards. */
    CircuitBreaker getOrCreate(String model) {
        return breakers.computeIfAbsent(model, name -> new CircuitBreaker());
    }

    void remove(String model) {
        breakers.remove(model);
    }

    /** Drops the least recently used breaker and returns it with its model, if there are too many; else null. */
    Map.@Nullable Entry<String, CircuitBreaker> dropEldest() {
        if (breakers.size() <= MAX_MODELS) {
            return null;
        }
        Map.Entry<String, CircuitBreaker> eldest =
                breakers.entrySet().iterator().next();
        breakers.remove(eldest.getKey());
        return eldest;
    }
}
