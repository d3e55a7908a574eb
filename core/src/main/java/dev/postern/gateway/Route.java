package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which backend one call asks next; no backend twice. Not thread-safe. */
final class Route {
    private final Routing routing;
    private final Target target;
    private final CompletionRequest request;
    private final Caller caller;
    private final List<Backend> equals;
    private final Set<Backend> tried = new HashSet<>();

    Route(Routing routing, CompletionRequest request) {
        this.routing = routing;
        this.request = request;
        this.target = routing.target(request.provider());
        this.caller = Caller.of(request.options());
        this.equals = target.order(routing.random());
    }

    /**
     * Refuses extra fields that one of the intended backends may not get, whichever of them will be asked.
     *
     * @throws LlmException that refuses the request before it is sent
     */
    void checkExtra() {
        if (!request.extra().isEmpty()) {
            equals.forEach(backend -> backend.policy().extra().check(request.extra()));
        }
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
        Visit visit = nextOf(equals);
        LlmException reason = visit == null ? reason() : null;
        if (reason != null) {
            visit = nextOf(standIns(reason));
        }
        if (visit == null) {
            visit = regardless();
        }
        return visit == null ? visit(intended(), false) : visit;
    }

    /** The backend to ask after this failure of the one before, or null to give up. */
    @Nullable
    Visit after(LlmException failure, Visit before) {
        if (!Effect.allowsOthers(failure, before.caller())) {
            return null;
        }
        boolean elsewhere = Effect.ELSEWHERE.contains(failure.kind());
        Visit visit = elsewhere ? nextOf(equals) : null;
        if (visit == null) {
            visit = nextOf(standIns(failure));
        }
        return visit == null && elsewhere ? regardless() : visit;
    }

    private List<Backend> standIns(LlmException failure) {
        List<Backend> found = new ArrayList<>();
        for (String name : routing.fallbacks().after(failure.kind(), target.name())) {
            found.addAll(routing.target(name).order(routing.random()));
        }
        return found;
    }

    private @Nullable Visit nextOf(List<Backend> candidates) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend)) {
                boolean standsIn = !equals.contains(backend);
                CoolDown.Pass pass = backend.coolDown()
                        .admit(
                                BackendRequest.model(request, backend, standsIn),
                                BackendRequest.isModelOfCaller(request, backend, standsIn),
                                standsIn ? Caller.of(request.options().forBackend(backend.name())) : caller);
                if (pass != null) {
                    tried.add(backend);
                    return new Visit(backend, pass, standsIn, routing);
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
                    return visit(backend, false);
                }
                last = last == null ? backend : last;
            }
        }
        return last == null ? null : visit(last, false);
    }

    private Visit visit(Backend backend, boolean standsIn) {
        tried.add(backend);
        CoolDown.Pass pass = backend.coolDown()
                .regardless(
                        BackendRequest.model(request, backend, standsIn),
                        BackendRequest.isModelOfCaller(request, backend, standsIn),
                        caller);
        return new Visit(backend, pass, standsIn, routing);
    }
}
