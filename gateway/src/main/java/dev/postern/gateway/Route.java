package dev.postern.gateway;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Selects the next backend of one call; each backend at most once. Not thread-safe. */
final class Route {
    private final RoutingTable routing;
    private final Target target;
    private final CompletionRequest request;
    private final List<Backend> members;
    private final Set<Backend> tried = new HashSet<>();

    Route(RoutingTable routing, CompletionRequest request) {
        this.routing = routing;
        this.request = request;
        this.target = routing.target(request.backend());
        this.members = target.order(routing.random());
    }

    /**
     * Checks the request against the extra policies of all intended backends.
     *
     * @throws LlmException if one of them does not accept a field; it is marked as refused before sending
     */
    void check() {
        members.forEach(backend -> backend.policy().extra().check(request));
    }

    /** The backend that is selected if none cools down. */
    Backend intended() {
        return members.get(0);
    }

    /** The failure because of which the intended backend cools down; null if it does not. */
    @Nullable
    LlmException reason() {
        return reason(intended());
    }

    private @Nullable LlmException reason(Backend backend) {
        return backend.coolDown().reason(BackendRequest.model(request, backend, false));
    }

    /** The first backend: the intended one, or a fallback if it cools down. */
    BackendLease first() {
        BackendLease lease = admitFirst(target.name(), members);
        LlmException reason = lease == null ? reason() : null;
        if (reason != null) {
            lease = fallback(reason);
        }
        if (lease == null) {
            lease = lastResort();
        }
        return lease == null ? lease(intended()) : lease;
    }

    /** The next backend after a failure of the previous one; null if the call ends with this failure. */
    @Nullable
    BackendLease next(LlmException failure, BackendLease previous) {
        if (!FallbackRules.allowsOthers(failure, previous.callerOverrides())) {
            return null;
        }
        boolean othersMayHelp = FallbackRules.FALLBACK_KINDS.contains(failure.kind());
        BackendLease lease = othersMayHelp ? admitFirst(target.name(), members) : null;
        if (lease == null) {
            lease = fallback(failure);
        }
        return lease == null && othersMayHelp ? lastResort() : lease;
    }

    private @Nullable BackendLease fallback(LlmException failure) {
        for (String name : routing.fallbacks().after(failure.kind(), target.name())) {
            BackendLease lease = admitFirst(name, routing.target(name).order(routing.random()));
            if (lease != null) {
                return lease;
            }
        }
        return null;
    }

    /**
     * A lease of the first candidate that is not cooling down; {@code targetName} is the backend or group that lists
     * them.
     */
    private @Nullable BackendLease admitFirst(String targetName, List<Backend> candidates) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend)) {
                boolean isFallback = !members.contains(backend);
                CallOptions options = optionsFor(targetName, backend, isFallback);
                CoolDownPermit permit = backend.coolDown()
                        .admit(
                                BackendRequest.model(request, backend, isFallback),
                                BackendRequest.isModelOfCaller(request, backend, isFallback),
                                CallerOverrides.of(options));
                if (permit != null) {
                    tried.add(backend);
                    return new BackendLease(backend, permit, isFallback, options, routing);
                }
            }
        }
        return null;
    }

    /**
     * A lease of an intended backend although it cools down, since it may have recovered. A backend whose key was refused is
     * the last choice. Null if all of them were tried.
     */
    private @Nullable BackendLease lastResort() {
        Backend last = null;
        for (Backend backend : members) {
            if (!tried.contains(backend)) {
                LlmException reason = reason(backend);
                if (reason == null || !FallbackRules.isOfKey(reason.kind())) {
                    return lease(backend);
                }
                last = last == null ? backend : last;
            }
        }
        return last == null ? null : lease(last);
    }

    private BackendLease lease(Backend backend) {
        CallOptions options = optionsFor(target.name(), backend, false);
        tried.add(backend);
        CoolDownPermit permit = backend.coolDown()
                .admitAlways(
                        BackendRequest.model(request, backend, false),
                        BackendRequest.isModelOfCaller(request, backend, false),
                        CallerOverrides.of(options));
        return new BackendLease(backend, permit, false, options, routing);
    }

    /**
     * The options for a backend: those under its name, else those under the name of its group. Else the first intended
     * backend gets the options of the request. The key for one member must not go to the server of another.
     */
    private CallOptions optionsFor(String targetName, Backend backend, boolean isFallback) {
        CallOptions given = request.options();
        if (given.hasBackend(backend.name())) {
            return given.forBackend(backend.name());
        }
        if (given.hasBackend(targetName)) {
            return given.forBackend(targetName);
        }
        boolean isFirst = !isFallback && Collections.disjoint(tried, members);
        return isFirst ? given.withoutBackends() : given.forBackend(backend.name());
    }
}
