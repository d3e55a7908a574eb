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

/** Collects the backends of a {@link Gateway}. Not thread-safe. */
public final class GatewayBuilder {
    private final Map<String, LlmProvider> providers = new LinkedHashMap<>();
    private final Map<String, BackendPolicy> policies = new LinkedHashMap<>();
    private final Map<String, Map<String, Integer>> groups = new LinkedHashMap<>();
    private final Map<String, Fallbacks.StandIns> byKind = new LinkedHashMap<>();
    private final Map<String, List<String>> whenTooLong = new LinkedHashMap<>();
    private final Map<String, List<String>> whenFiltered = new LinkedHashMap<>();
    private final List<GatewayListener> listeners = new ArrayList<>();
    private final List<AutoCloseable> also = new ArrayList<>();
    private String defaultName = "";
    private Duration totalTimeout = Duration.ZERO;
    private Timer timer = Timer.system();
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    GatewayBuilder() {}

    /** A backend without limits. The gateway that is built owns it, and closes it. */
    public GatewayBuilder backend(String name, LlmProvider provider) {
        return backend(name, provider, BackendPolicy.defaults());
    }

    /** A backend. The gateway that is built owns it, and closes it. */
    public GatewayBuilder backend(String name, LlmProvider provider, BackendPolicy policy) {
        isNew(name);
        providers.put(name, Objects.requireNonNull(provider, "provider"));
        policies.put(name, Objects.requireNonNull(policy, "policy"));
        return this;
    }

    /**
     * A name for several backends that are equals: one of them is chosen for each call, at random by weight, and the
     * others are asked if it fails.
     *
     * @param weights the backends' names and how often each is chosen, relative to the others; at least 1
     */
    public GatewayBuilder group(String name, Map<String, Integer> weights) {
        isNew(name);
        groups.put(name, new LinkedHashMap<>(weights));
        return this;
    }

    /** The backend or group of requests that name none; default the first backend. */
    public GatewayBuilder defaultBackend(String name) {
        defaultName = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Which backends or groups stand in for a backend or group, in this order, after the kinds of failure that {@link
     * Gateway#fallbackKinds} names.
     */
    public GatewayBuilder fallbacks(String backend, List<String> others) {
        return fallbacks(backend, others, Gateway.fallbackKinds());
    }

    /**
     * The same after these kinds of failure alone. A list of its own for {@link Kind#CONTEXT_LENGTH} or {@link
     * Kind#CONTENT_FILTER} goes before this one.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if there are no kinds, or {@link Kind#CANCELLED} is one
     */
    public GatewayBuilder fallbacks(String backend, List<String> others, Set<Kind> on) {
        if (on.isEmpty() || on.contains(Kind.CANCELLED)) {
            throw wrong("the fallbacks of '" + backend + "' need kinds of failure, and CANCELLED cannot be one");
        }
        byKind.put(backend, new Fallbacks.StandIns(others, on));
        return this;
    }

    /** Which backends or groups stand in if a conversation is too long for a backend or group, in this order. */
    public GatewayBuilder contextLengthFallbacks(String backend, List<String> others) {
        whenTooLong.put(backend, List.copyOf(others));
        return this;
    }

    /** Which backends or groups stand in if the content filter of a backend or group refuses a request, in this order. */
    public GatewayBuilder contentFilterFallbacks(String backend, List<String> others) {
        whenFiltered.put(backend, List.copyOf(others));
        return this;
    }

    /**
     * How long a call may take, with all waits and all backends; zero (the default) for any time. A request whose options
     * say less gets less.
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

    /** What else the gateway owns, such as a client that its backends share; closed after them. */
    public GatewayBuilder alsoClose(AutoCloseable resource) {
        also.add(Objects.requireNonNull(resource, "resource"));
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
     * The gateway. Until it is built, the backends are still the caller's: a build that fails closes nothing.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if there is no backend, or something refers to one that is
     *     not there
     */
    public Gateway build() {
        return new Gateway(routing());
    }

    Routing routing() {
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
        byKind.forEach((name, standIns) -> check(name, standIns.names(), targets));
        for (Map<String, List<String>> lists : List.of(whenTooLong, whenFiltered)) {
            lists.forEach((name, others) -> check(name, others, targets));
        }
        String first = defaultName.isEmpty() ? providers.keySet().iterator().next() : defaultName;
        known("the default", first, targets);
        List<AutoCloseable> owned = new ArrayList<>(providers.values());
        owned.addAll(also);
        return new Routing(
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
                throw wrong("the group '" + name + "' names '" + member + "', which is no backend");
            }
            if (weight < 1) {
                throw wrong("the group '" + name + "' gives '" + member + "' a weight below 1");
            }
            members.add(new Target.Member(
                    known("the group", member, targets).members().get(0).backend(), weight));
        });
        sameAliases(name, members);
        return new Target(name, members);
    }

    /** A member without an alias would be asked for a model of the gateway's own name, which means nothing to it. */
    private static void sameAliases(String group, List<Target.Member> members) {
        for (Target.Member member : members) {
            for (Target.Member other : members) {
                for (String alias : other.backend().policy().modelAliases().keySet()) {
                    if (!member.backend().policy().modelAliases().containsKey(alias)) {
                        throw wrong("the group '" + group + "' has '"
                                + member.backend().name()
                                + "', which has no alias '" + alias + "' as '"
                                + other.backend().name() + "' has; give it one");
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
                throw wrong("'" + name + "' cannot be a fallback of itself");
            }
        }
    }

    private static Target known(String where, String name, Map<String, Target> targets) {
        Target target = targets.get(name);
        if (target == null) {
            throw wrong(where + " names '" + name + "', but there are only " + String.join(", ", targets.keySet()));
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
        return new LlmException(Kind.CONFIGURATION, "The gateway is set up wrongly: " + what + ".");
    }
}
