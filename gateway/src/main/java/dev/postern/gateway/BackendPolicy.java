package dev.postern.gateway;

import dev.postern.LlmException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a gateway treats one of its backends. Immutable.
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
    /** 0 for the default. */
    private final int requestsBurst;

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

    /** Names of the gateway's own, and the models that they mean at this backend. */
    public Map<String, String> modelAliases() {
        return modelAliases;
    }

    /** The model for calls in which this backend stands in for another one; empty for the name in the request. */
    public String fallbackModel() {
        return fallbackModel;
    }

    /** How many calls may run at once; 0 for any number. */
    public int maxConcurrent() {
        return maxConcurrent;
    }

    /** How many calls may wait for one of the limits. */
    public int maxQueued() {
        return maxQueued;
    }

    /** How many calls may begin in a minute, evenly spread; 0 for any number. */
    public int requestsPerMinute() {
        return requestsPerMinute;
    }

    /** How many calls may begin at the same moment after a quiet time. */
    public int requestsBurst() {
        return requestsBurst > 0 ? requestsBurst : Math.max(1, requestsPerMinute / 10);
    }

    /** After how many failures in a row the backend is left alone; 0 for never. */
    public int coolDownAfter() {
        return coolDownAfter;
    }

    /** How long it is left alone. */
    public Duration coolDown() {
        return coolDown;
    }

    /** Which fields of its own API it gets. */
    public ExtraPolicy extra() {
        return extra;
    }

    /** This policy with these aliases. */
    public BackendPolicy withModelAliases(Map<String, String> aliases) {
        return toBuilder().modelAliases(aliases).build();
    }

    /** This policy with this model for calls in which the backend stands in for another one. */
    public BackendPolicy withFallbackModel(String model) {
        return toBuilder().fallbackModel(model).build();
    }

    /** This policy with so many calls at once. */
    public BackendPolicy withMaxConcurrent(int calls) {
        return toBuilder().maxConcurrent(calls).build();
    }

    /** This policy with so many calls that may wait. */
    public BackendPolicy withMaxQueued(int calls) {
        return toBuilder().maxQueued(calls).build();
    }

    /** This policy with so many calls that may begin in a minute. */
    public BackendPolicy withRequestsPerMinute(int calls) {
        return toBuilder().requestsPerMinute(calls).build();
    }

    /** This policy with this cool-down. */
    public BackendPolicy withCoolDown(int afterFailures, Duration length) {
        return toBuilder().coolDown(afterFailures, length).build();
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
         * Names of the gateway's own, and the models that they mean at this backend; default none. All members of a group
         * need the same names.
         */
        public Builder modelAliases(Map<String, String> aliases) {
            modelAliases = new LinkedHashMap<>(aliases);
            return this;
        }

        /**
         * The model to ask for when this backend stands in for another one and has no alias for the name in the request,
         * which is likely to mean nothing here. Empty (the default) to ask for that name all the same.
         */
        public Builder fallbackModel(String model) {
            fallbackModel = Objects.requireNonNull(model, "model");
            return this;
        }

        /** How many calls may run at once; 0 (the default) for any number. */
        public Builder maxConcurrent(int calls) {
            maxConcurrent = notNegative(calls);
            return this;
        }

        /**
         * How many calls may wait for one of the limits; default 10,000. A further one fails with {@link
         * LlmException.Kind#OVERLOADED} and says when to ask again. A call waits until it has its turn, is cancelled, or
         * reaches its total timeout.
         */
        public Builder maxQueued(int calls) {
            maxQueued = notNegative(calls);
            return this;
        }

        /**
         * How many calls may begin in a minute; 0 (the default) for any number. They are spread evenly: 600 a minute are
         * one every 100 ms, after a {@linkplain #requestsBurst burst}. Retries of the provider are not counted.
         */
        public Builder requestsPerMinute(int calls) {
            requestsPerMinute = notNegative(calls);
            return this;
        }

        /**
         * How many calls may begin at the same moment after a quiet time; 0 (the default) for a tenth of {@link
         * #requestsPerMinute}, at least 1.
         */
        public Builder requestsBurst(int calls) {
            requestsBurst = notNegative(calls);
            return this;
        }

        /**
         * When the backend is left alone, as long as another one answers.
         *
         * @param afterFailures after how many failures in a row; 0 for never; default 3. A backend that says how long to
         *     wait is left alone at once, for that long
         * @param length how long; then one call tries, and the others follow once it is being answered; default 30 s
         */
        public Builder coolDown(int afterFailures, Duration length) {
            coolDownAfter = notNegative(afterFailures);
            notNegative(length.isNegative() ? -1 : 0);
            coolDown = length;
            return this;
        }

        /**
         * Which fields of its own API the backend gets with every request, and which ones a request may send in its {@code
         * extra}; default all. A request with another field is refused before it is sent.
         */
        public Builder extra(ExtraPolicy policy) {
            extra = Objects.requireNonNull(policy, "policy");
            return this;
        }

        private static int notNegative(int value) {
            if (value < 0) {
                throw new LlmException(
                        LlmException.Kind.CONFIGURATION,
                        "backend policy: neither a limit nor the cool-down may be negative; 0 turns it off.");
            }
            return value;
        }

        /** The policy. */
        public BackendPolicy build() {
            return new BackendPolicy(this);
        }
    }
}
