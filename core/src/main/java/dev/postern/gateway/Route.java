package dev.postern.gateway;

import dev.postern.LlmException;
import dev.postern.gateway.CoolDown.Pass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says whom one call asks next; no backend twice. Not thread-safe. */
final class Route {
    private final Routing routing;
    private final Target target;
    private final List<Backend> equals;
    private final Set<Backend> tried = new HashSet<>();

    Route(Routing routing, Target target) {
        this.routing = routing;
        this.target = target;
        this.equals = target.order(routing.random());
    }

    /** The backend that this call is meant for. */
    Backend intended() {
        return equals.get(0);
    }

    /** The first backend: the one that is meant, or who stands in for it if it is left alone, as long as there is one. */
    Visit first() {
        Visit visit = nextOf(equals);
        if (visit == null) {
            visit = nextOf(standIns(routing.fallbacks().whenUnavailable().getOrDefault(target.name(), List.of())));
        }
        return visit == null ? regardless() : visit;
    }

    /** The backend that is meant, although it is left alone: better one that may be well again than none. */
    private Visit regardless() {
        tried.add(intended());
        return new Visit(intended(), Pass.CALL, false);
    }

    /** The backend to ask after this failure of the one before, or null to give up. */
    @Nullable
    Visit after(LlmException failure) {
        Visit visit = failure.retryable() ? nextOf(equals) : null;
        if (visit == null) {
            visit = nextOf(standIns(routing.fallbacks().after(failure, target.name())));
        }
        return visit == null && failure.retryable() && !tried.contains(intended()) ? regardless() : visit;
    }

    private List<Backend> standIns(List<String> names) {
        List<Backend> found = new ArrayList<>();
        for (String name : names) {
            found.addAll(routing.target(name).order(routing.random()));
        }
        return found;
    }

    private @Nullable Visit nextOf(List<Backend> candidates) {
        for (Backend backend : candidates) {
            if (!tried.contains(backend)) {
                Pass pass = backend.coolDown().admit();
                if (pass != Pass.REFUSED) {
                    tried.add(backend);
                    return new Visit(backend, pass, !equals.contains(backend));
                }
            }
        }
        return null;
    }
}
