package dev.postern.gateway;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which backend one call asks next; no backend twice. Not thread-safe. */
final class Route {
    private final Routing routing;
    private final Target target;
    private final CompletionRequest request;
    private final List<Backend> equals;
    private final Set<Backend> tried = new HashSet<>();

    Route(Routing routing, CompletionRequest request) {
        this.routing = routing;
        this.request = request;
        this.target = routing.target(request.provider());
        this.equals = target.order(routing.random());
    }

    /**
     * Refuses fields that one of the intended backends may not get, whichever of them will be asked.
     *
     * @throws LlmException that refuses the request before it is sent
     */
    void check() {
        equals.forEach(backend -> backend.policy().extra().check(request));
    }

    /** The backend that this call is meant for. */
    Backend intended() {
        return equals.get(0);
    }

    /** Why the intended backend is left alone; null if it is not. */
    @Nullable
    LlmException reason() {
        return reason(intended());
    }

    private @Nullable LlmException reason(Backend backend) {
        return backend.coolDown().reason(BackendRequest.model(request, backend, false));
    }

    /** The first backend: the intended one, or one that stands in for it if it is left alone. */
    Visit first() {
        Visit visit = nextOf(target.name(), equals);
        LlmException reason = visit == null ? reason() : null;
        if (reason != null) {
            visit = standIn(reason);
        }
        if (visit == null) {
            visit = regardless();
        }
        return visit == null ? visit(intended()) : visit;
    }

    /** The backend to ask after this failure of the one before, or null to give up. */
    @Nullable
    Visit after(LlmException failure, Visit before) {
        if (!Effect.allowsOthers(failure, before.caller())) {
            return null;
        }
        boolean elsewhere = Effect.ELSEWHERE.contains(failure.kind());
        Visit visit = elsewhere ? nextOf(target.name(), equals) : null;
        if (visit == null) {
            visit = standIn(failure);
        }
        return visit == null && elsewhere ? regardless() : visit;
    }

    private @Nullable Visit standIn(LlmException failure) {
        for (String name : routing.fallbacks().after(failure.kind(), target.name())) {
            Visit visit = nextOf(name, routing.target(name).order(routing.random()));
            if (visit != null) {
                return visit;
            }
        }
        return null;
    }

    /** A visit at the first of these that may be asked; {@code asked} is what they are asked as: a backend or a group. */
    private @Nullable Visit nextOf(String asked, List<Backend> candidates) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend)) {
                boolean standsIn = !equals.contains(backend);
                CallOptions options = optionsFor(asked, backend, standsIn);
                CoolDown.Pass pass = backend.coolDown()
                        .admit(
                                BackendRequest.model(request, backend, standsIn),
                                BackendRequest.isModelOfCaller(request, backend, standsIn),
                                Caller.of(options));
                if (pass != null) {
                    tried.add(backend);
                    return new Visit(backend, pass, standsIn, options, routing);
                }
            }
        }
        return null;
    }

    /**
     * A backend that is meant, although it is left alone: one that may be well again is better than none. The last choice is one
     * whose key was refused. Null if all of them were asked.
     */
    private @Nullable Visit regardless() {
        Backend last = null;
        for (Backend backend : equals) {
            if (!tried.contains(backend)) {
                LlmException reason = reason(backend);
                if (reason == null || !Effect.isOfKey(reason.kind())) {
                    return visit(backend);
                }
                last = last == null ? backend : last;
            }
        }
        return last == null ? null : visit(last);
    }

    private Visit visit(Backend backend) {
        CallOptions options = optionsFor(target.name(), backend, false);
        tried.add(backend);
        CoolDown.Pass pass = backend.coolDown()
                .regardless(
                        BackendRequest.model(request, backend, false),
                        BackendRequest.isModelOfCaller(request, backend, false),
                        Caller.of(options));
        return new Visit(backend, pass, false, options, routing);
    }

    /**
     * The options for a backend: those under its own name, else those under the name of its group, else the request's own if
     * it is the first of the intended backends that is asked. A key of one member must not go to the server of another.
     */
    private CallOptions optionsFor(String asked, Backend backend, boolean standsIn) {
        CallOptions given = request.options();
        if (given.hasBackend(backend.name())) {
            return given.forBackend(backend.name());
        }
        if (given.hasBackend(asked)) {
            return given.forBackend(asked);
        }
        boolean isFirst = !standsIn && Collections.disjoint(tried, equals);
        return isFirst ? given.withoutBackends() : given.forBackend(backend.name());
    }
}
