package dev.postern.gateway;

import dev.postern.LlmException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a gateway treats one of its backends.
 *
 * @param modelAliases names of the gateway's own, and the models that they mean at this backend; default none
 * @param fallbackModel the model to ask for when this backend stands in for another one and has no alias for the name in
 *     the request, which is likely to mean nothing here; empty (the default) to ask for that name all the same
 * @param maxConcurrent how many calls may run at once; 0 (the default) for any number
 * @param maxQueued how many calls may wait for one of the limits; a further one fails with {@link
 *     LlmException.Kind#OVERLOADED}; default 100
 * @param requestsPerMinute how many calls may begin within any 60 seconds; 0 (the default) for any number. The provider's
 *     own retries are not counted
 * @param coolDownAfter after how many failures in a row the backend is left alone, as long as another one answers; 0 for
 *     never; default 3. Only failures that a retry could mend count. A backend that says how long to wait is left alone at
 *     once, for that long
 * @param coolDown how long it is left alone; then one call tries, and the others follow once it is being answered; default 30 s
 */
public record BackendPolicy(
        Map<String, String> modelAliases,
        String fallbackModel,
        int maxConcurrent,
        int maxQueued,
        int requestsPerMinute,
        int coolDownAfter,
        Duration coolDown) {

    private static final BackendPolicy DEFAULTS = new BackendPolicy(Map.of(), "", 0, 100, 0, 3, Duration.ofSeconds(30));

    /** Copies the aliases; refuses negative numbers. */
    public BackendPolicy {
        modelAliases = Collections.unmodifiableMap(new LinkedHashMap<>(modelAliases));
        Objects.requireNonNull(fallbackModel, "fallbackModel");
        if (maxConcurrent < 0 || maxQueued < 0 || requestsPerMinute < 0 || coolDownAfter < 0 || coolDown.isNegative()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "backend policy: neither a limit nor the cool-down may be negative; 0 turns it off.");
        }
    }

    /** No limits, and a cool-down of half a minute after three failures. */
    public static BackendPolicy defaults() {
        return DEFAULTS;
    }

    /** This, with these aliases. */
    public BackendPolicy withModelAliases(Map<String, String> aliases) {
        return new BackendPolicy(
                aliases, fallbackModel, maxConcurrent, maxQueued, requestsPerMinute, coolDownAfter, coolDown);
    }

    /** This, with this model for calls that another backend failed at. */
    public BackendPolicy withFallbackModel(String model) {
        return new BackendPolicy(
                modelAliases, model, maxConcurrent, maxQueued, requestsPerMinute, coolDownAfter, coolDown);
    }

    /** This, with so many calls at once. */
    public BackendPolicy withMaxConcurrent(int calls) {
        return new BackendPolicy(
                modelAliases, fallbackModel, calls, maxQueued, requestsPerMinute, coolDownAfter, coolDown);
    }

    /** This, with so many calls that may wait. */
    public BackendPolicy withMaxQueued(int calls) {
        return new BackendPolicy(
                modelAliases, fallbackModel, maxConcurrent, calls, requestsPerMinute, coolDownAfter, coolDown);
    }

    /** This, with so many calls that may begin in a minute. */
    public BackendPolicy withRequestsPerMinute(int calls) {
        return new BackendPolicy(modelAliases, fallbackModel, maxConcurrent, maxQueued, calls, coolDownAfter, coolDown);
    }

    /** This, left alone after so many failures in a row for so long. */
    public BackendPolicy withCoolDown(int afterFailures, Duration length) {
        return new BackendPolicy(
                modelAliases, fallbackModel, maxConcurrent, maxQueued, requestsPerMinute, afterFailures, length);
    }
}
