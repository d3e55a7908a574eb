package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
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
    private final List<BackendListener> listeners = new ArrayList<>();
    private Instrumentation instrumentation = Instrumentation.NONE;
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
            throw GatewayFailures.invalid("the fallbacks of '" + backend
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

    /** Adds a listener that is told which backends are available. */
    public GatewayBuilder listener(BackendListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Adds listeners and interceptors for the calls of this gateway, inside of those that were added before and outside of those that its
     * backends have. They see attempts under the names that the gateway gives its backends. Default: none.
     */
    public GatewayBuilder instrumentation(Instrumentation with) {
        instrumentation = instrumentation.plus(with);
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
            throw GatewayFailures.invalid("a gateway needs at least one backend");
        }
        if (totalTimeout.isNegative()) {
            throw GatewayFailures.invalid("the total timeout must not be negative");
        }
        Targets targets = new Targets();
        providers.forEach((name, provider) -> targets.add(Backend.of(name, provider, policy(name), timer)));
        groups.forEach(targets::addGroup);
        byKind.forEach((name, list) -> targets.checkFallbacks(name, list.names()));
        for (Map<String, List<String>> lists : List.of(whenTooLong, whenFiltered)) {
            lists.forEach(targets::checkFallbacks);
        }
        String first = defaultName.isEmpty() ? providers.keySet().iterator().next() : defaultName;
        targets.checkKnown("the default", first);
        List<AutoCloseable> owned = new ArrayList<>(providers.values());
        owned.addAll(additional);
        return new RoutingTable(
                targets.byName(),
                first,
                new Fallbacks(byKind, whenTooLong, whenFiltered),
                totalTimeout,
                new Listeners(listeners),
                instrumentation,
                timer,
                random,
                owned);
    }

    private BackendPolicy policy(String name) {
        return Objects.requireNonNull(policies.get(name));
    }

    private void isNew(String name) {
        if (name.isBlank()) {
            throw GatewayFailures.invalid("a backend needs a name");
        }
        if (providers.containsKey(name) || groups.containsKey(name)) {
            throw GatewayFailures.invalid("there are two backends or groups named '" + name + "'");
        }
    }
}
