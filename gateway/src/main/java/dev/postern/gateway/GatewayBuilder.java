package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** Builder of a {@link Gateway}. Not thread-safe. */
public final class GatewayBuilder {
    private final Map<String, LlmProvider> providers = new LinkedHashMap<>();
    private final Map<String, BackendPolicy> policies = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> groups = new LinkedHashMap<>();
    private final Map<String, Fallbacks.FallbackList> byKind = new LinkedHashMap<>();
    private final Map<String, List<String>> whenTooLong = new LinkedHashMap<>();
    private final Map<String, List<String>> whenFiltered = new LinkedHashMap<>();
    private final List<GatewayListener> listeners = new ArrayList<>();
    private final List<AutoCloseable> additional = new ArrayList<>();
    private String defaultName = "";
    private Duration totalTimeout = Duration.ZERO;
    private Timer timer = Timer.system();
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    GatewayBuilder() {}

    /** Adds a backend without limits. The gateway owns it and closes it. */
    public GatewayBuilder backend(String name, LlmProvider provider) {
        return backend(name, provider, BackendPolicy.defaults());
    }

    /** Adds a backend. The gateway owns it and closes it. */
    public GatewayBuilder backend(String name, LlmProvider provider, BackendPolicy policy) {
        isNew(name);
        providers.put(name, Objects.requireNonNull(provider, "provider"));
        policies.put(name, Objects.requireNonNull(policy, "policy"));
        return this;
    }

    /**
     * Adds a group of backends. One of them is chosen for each call, at random by weight; the others are tried if it fails.
     *
     * @param weights the names of the backends with their weights, at least 1: how often each is chosen, relative to the
     *     others
     */
    public GatewayBuilder group(String name, Map<String, Integer> weights) {
        isNew(name);
        groups.put(name, new LinkedHashMap<>(weights));
        return this;
    }

    /** The backend or group for requests that name none; default the first backend. */
    public GatewayBuilder defaultBackend(String name) {
        defaultName = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * The fallbacks of a backend or group, in this order, after the kinds of failure in {@link Gateway#fallbackKinds}.
     */
    public GatewayBuilder fallbacks(String backend, List<String> others) {
        return fallbacks(backend, others, Gateway.fallbackKinds());
    }

    /**
     * The fallbacks of a backend or group, in this order, after these kinds of failure. {@link #contextLengthFallbacks} and
     * {@link #contentFilterFallbacks} take precedence for their kinds.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if the set is empty or has {@link Kind#CANCELLED}
     */
    public GatewayBuilder fallbacks(String backend, List<String> others, Set<Kind> on) {
        if (on.isEmpty() || on.contains(Kind.CANCELLED)) {
            throw wrong("the fallbacks of '" + backend
                    + "' need at least one kind of failure, and CANCELLED is not allowed");
        }
        byKind.put(backend, new Fallbacks.FallbackList(others, on));
        return this;
    }

    /** The fallbacks of a backend or group, in this order, if the conversation is too long for its model. */
    public GatewayBuilder contextLengthFallbacks(String backend, List<String> others) {
        whenTooLong.put(backend, List.copyOf(others));
        return this;
    }

    /** The fallbacks of a backend or group, in this order, if its content filter refuses a request. */
    public GatewayBuilder contentFilterFallbacks(String backend, List<String> others) {
        whenFiltered.put(backend, List.copyOf(others));
        return this;
    }

    /**
     * The maximum time of a call, including all waits and all backends; zero (the default) for no limit. The options of a
     * request can shorten it.
     */
    public GatewayBuilder totalTimeout(Duration limit) {
        totalTimeout = Objects.requireNonNull(limit, "limit");
        return this;
    }

    /** Adds a listener. */
    public GatewayBuilder listener(GatewayListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Adds a resource that the gateway owns, such as a client that its backends share. It is closed after the
     * backends.
     */
    public GatewayBuilder alsoClose(AutoCloseable resource) {
        additional.add(Objects.requireNonNull(resource, "resource"));
        return this;
    }

    GatewayBuilder timer(Timer clock) {
        timer = clock;
        return this;
    }

    GatewayBuilder random(DoubleSupplier source) {
        random = source;
        return this;
    }

    /**
     * Builds the gateway. If this fails, no backend is closed: they still belong to the caller.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if there is no backend, or a name refers to no backend
     */
    public Gateway build() {
        return new Gateway(routing());
    }

    RoutingTable routing() {
        if (providers.isEmpty()) {
            throw wrong("a gateway needs at least one backend");
        }
        if (totalTimeout.isNegative()) {
            throw wrong("the total timeout must not be negative");
        }
        Map<String, Target> targets = new LinkedHashMap<>();
        providers.forEach(
                (name, provider) -> targets.put(name, Target.of(Backend.of(name, provider, policy(name), timer))));
        groups.forEach((name, weights) -> targets.put(name, group(name, weights, targets)));
        byKind.forEach((name, list) -> check(name, list.names(), targets));
        for (Map<String, List<String>> lists : List.of(whenTooLong, whenFiltered)) {
            lists.forEach((name, others) -> check(name, others, targets));
        }
        String first = defaultName.isEmpty() ? providers.keySet().iterator().next() : defaultName;
        known("the default", first, targets);
        List<AutoCloseable> owned = new ArrayList<>(providers.values());
        owned.addAll(additional);
        return new RoutingTable(
                targets,
                first,
                new Fallbacks(byKind, whenTooLong, whenFiltered),
                totalTimeout,
                new Listeners(listeners),
                timer,
                random,
                owned);
    }

    private BackendPolicy policy(String name) {
        return Objects.requireNonNull(policies.get(name));
    }

    private Target group(String name, Map<String, Integer> weights, Map<String, Target> targets) {
        if (weights.isEmpty()) {
            throw wrong("the group '" + name + "' is empty");
        }
        List<Target.Member> members = new ArrayList<>();
        weights.forEach((member, weight) -> {
            if (!providers.containsKey(member)) {
                throw wrong("the group '" + name + "' has the member '" + member + "', which is not a backend");
            }
            if (weight < 1) {
                throw wrong("the member '" + member + "' of the group '" + name + "' has a weight below 1");
            }
            members.add(new Target.Member(
                    known("the group", member, targets).members().get(0).backend(), weight));
        });
        checkAliases(name, members);
        return new Target(name, members);
    }

    /** Without this check, a member could receive an alias that is only defined for another member. */
    private static void checkAliases(String group, List<Target.Member> members) {
        for (Target.Member member : members) {
            for (Target.Member other : members) {
                for (String alias : other.backend().policy().modelAliases().keySet()) {
                    if (!member.backend().policy().modelAliases().containsKey(alias)) {
                        throw wrong("the member '" + member.backend().name() + "' of the group '" + group
                                + "' has no alias '" + alias + "', which '"
                                + other.backend().name() + "' has; add it");
                    }
                }
            }
        }
    }

    private static void check(String name, List<String> others, Map<String, Target> targets) {
        known("a list of fallbacks", name, targets);
        for (String other : others) {
            known("the fallbacks of '" + name + "'", other, targets);
            if (other.equals(name)) {
                throw wrong("'" + name + "' is a fallback of itself");
            }
        }
    }

    private static Target known(String where, String name, Map<String, Target> targets) {
        Target target = targets.get(name);
        if (target == null) {
            throw wrong(where + " refers to '" + name + "', which is unknown; known are "
                    + String.join(", ", targets.keySet()));
        }
        return target;
    }

    private void isNew(String name) {
        if (name.isBlank()) {
            throw wrong("a backend needs a name");
        }
        if (providers.containsKey(name) || groups.containsKey(name)) {
            throw wrong("there are two backends or groups named '" + name + "'");
        }
    }

    private static LlmException wrong(String what) {
        return new LlmException(Kind.CONFIGURATION, "Invalid configuration of the gateway: " + what + ".");
    }
}
