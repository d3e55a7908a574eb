package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of one backend of a gateway: model aliases, limits, cool-down and extra fields. Immutable.
 *
 * <pre>{@code
 * BackendPolicy policy = BackendPolicy.builder()
 *         .modelAliases(Map.of("fast", "gpt-4o-mini"))
 *         .maxConcurrent(8)
 *         .requestsPerMinute(600)
 *         .build();
 * }</pre>
 */
public final class BackendPolicy {
    private static final BackendPolicy DEFAULTS = builder().build();

    private final Map<String, String> modelAliases;
    private final String fallbackModel;
    private final int maxConcurrent;
    private final int maxQueued;
    private final int requestsPerMinute;
    private final int requestsBurst; // 0 for the default
    private final int coolDownAfter;
    private final Duration coolDown;
    private final ExtraPolicy extra;

    private BackendPolicy(Builder builder) {
        modelAliases = Collections.unmodifiableMap(new LinkedHashMap<>(builder.modelAliases));
        fallbackModel = builder.fallbackModel;
        maxConcurrent = builder.maxConcurrent;
        maxQueued = builder.maxQueued;
        requestsPerMinute = builder.requestsPerMinute;
        requestsBurst = builder.requestsBurst;
        coolDownAfter = builder.coolDownAfter;
        coolDown = builder.coolDown;
        extra = builder.extra;
    }

    /** No limits, and a cool-down of half a minute after three failures. */
    public static BackendPolicy defaults() {
        return DEFAULTS;
    }

    /** Starts with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts with a copy of this policy. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.modelAliases = modelAliases;
        builder.fallbackModel = fallbackModel;
        builder.maxConcurrent = maxConcurrent;
        builder.maxQueued = maxQueued;
        builder.requestsPerMinute = requestsPerMinute;
        builder.requestsBurst = requestsBurst;
        builder.coolDownAfter = coolDownAfter;
        builder.coolDown = coolDown;
        builder.extra = extra;
        return builder;
    }

    /** Model names of the gateway, each with the model that it means at this backend. */
    public Map<String, String> modelAliases() {
        return modelAliases;
    }

    /** The model for calls in which this backend is a fallback; empty for the name in the request. */
    public String fallbackModel() {
        return fallbackModel;
    }

    /** The maximum number of concurrent calls; 0 for no limit. */
    public int maxConcurrent() {
        return maxConcurrent;
    }

    /** The maximum number of calls that wait for one of the limits. */
    public int maxQueued() {
        return maxQueued;
    }

    /** The maximum number of calls that start in a minute, evenly spread; 0 for no limit. */
    public int requestsPerMinute() {
        return requestsPerMinute;
    }

    /** The number of calls that may start at once after an idle time. */
    public int requestsBurst() {
        return requestsBurst > 0 ? requestsBurst : Math.max(1, requestsPerMinute / 10);
    }

    /** The number of failures in a row that starts the cool-down; 0 for never. */
    public int coolDownAfter() {
        return coolDownAfter;
    }

    /** The length of the cool-down. */
    public Duration coolDown() {
        return coolDown;
    }

    /** The policy for extra fields. */
    public ExtraPolicy extra() {
        return extra;
    }

    /** The limits and the aliases. */
    @Override
    public String toString() {
        return "BackendPolicy[modelAliases=" + modelAliases + ", fallbackModel=" + fallbackModel + ", maxConcurrent="
                + maxConcurrent + ", maxQueued=" + maxQueued + ", requestsPerMinute=" + requestsPerMinute
                + ", requestsBurst=" + requestsBurst() + ", coolDownAfter=" + coolDownAfter + ", coolDown=" + coolDown
                + ", extra=" + extra + "]";
    }

    /** Collects a policy. Not thread-safe. */
    public static final class Builder {
        private Map<String, String> modelAliases = Map.of();
        private String fallbackModel = "";
        private int maxConcurrent;
        private int maxQueued = 10_000;
        private int requestsPerMinute;
        private int requestsBurst;
        private int coolDownAfter = 3;
        private Duration coolDown = Duration.ofSeconds(30);
        private ExtraPolicy extra = ExtraPolicy.open();

        private Builder() {}

        /**
         * Model names of the gateway, each with the model that it means at this backend; default none. All members of a
         * group need the same names.
         */
        public Builder modelAliases(Map<String, String> aliases) {
            modelAliases = new LinkedHashMap<>(aliases);
            return this;
        }

        /**
         * The model for calls in which this backend is a fallback and has no alias for the name in the request: a model of
         * another backend is probably unknown here. Empty (the default) to use the name in the request.
         */
        public Builder fallbackModel(String model) {
            fallbackModel = Objects.requireNonNull(model, "model");
            return this;
        }

        /** The maximum number of concurrent calls; 0 (the default) for no limit. */
        public Builder maxConcurrent(int calls) {
            maxConcurrent = notNegative(calls);
            return this;
        }

        /**
         * The maximum number of calls that wait for one of the limits; default 10,000. A further call fails with {@link
         * Kind#OVERLOADED} and a {@link LlmException#retryAfter}. A call waits until it is admitted, is
         * cancelled, or reaches its total timeout.
         */
        public Builder maxQueued(int calls) {
            maxQueued = notNegative(calls);
            return this;
        }

        /**
         * The maximum number of calls that start in a minute; 0 (the default) for no limit. They are spread evenly: 600 a
         * minute are one every 100 ms, after a {@linkplain #requestsBurst burst}. Retries of the provider are not counted.
         */
        public Builder requestsPerMinute(int calls) {
            requestsPerMinute = notNegative(calls);
            return this;
        }

        /**
         * The number of calls that may start at once after an idle time; 0 (the default) for a tenth of {@link
         * #requestsPerMinute}, at least 1.
         */
        public Builder requestsBurst(int calls) {
            requestsBurst = notNegative(calls);
            return this;
        }

        /**
         * The circuit breaker of the backend. During the cool-down, calls go to other backends if there are any.
         *
         * @param afterFailures the number of failures in a row that starts the cool-down; 0 for never; default 3. A failure
         *     with a {@link LlmException#retryAfter} starts it at once, for that time
         * @param length the length of the cool-down; default 30 s. After it, one trial call is sent. The other calls
         *     follow when the first item of its answer arrives
         */
        public Builder coolDown(int afterFailures, Duration length) {
            coolDownAfter = notNegative(afterFailures);
            notNegative(length.isNegative() ? -1 : 0);
            coolDown = length;
            return this;
        }

        /**
         * The fields that are added to every request to the backend, and the fields that a request may have in its {@code
         * extra}; default all. A request with another field is refused before it is sent.
         */
        public Builder extra(ExtraPolicy policy) {
            extra = Objects.requireNonNull(policy, "policy");
            return this;
        }

        private static int notNegative(int value) {
            if (value < 0) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "backend policy: a limit or the cool-down is negative; use 0 to turn it off.");
            }
            return value;
        }

        /** The policy. */
        public BackendPolicy build() {
            return new BackendPolicy(this);
        }
    }
}
