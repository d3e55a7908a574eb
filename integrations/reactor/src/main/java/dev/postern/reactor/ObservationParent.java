package dev.postern.reactor;

import dev.postern.CallContext;
import dev.postern.micrometer.ObservationListener;
import io.micrometer.observation.Observation;
import reactor.util.context.ContextView;

/** Makes the observation of a Reactor Context the parent of a call. Cannot be loaded without {@code postern-micrometer}. */
final class ObservationParent {
    /** The key of Micrometer's own accessor, under which Spring and others keep the current observation. */
    private static final String KEY = "micrometer.observation";

    private static final CallContext.Key<Observation> PARENT = ObservationListener.OBSERVATION;

    private ObservationParent() {}

    /** Does nothing, and fails if the library is not there. */
    static void load() {}

    /** The context with that parent, unless it has one or there is none. */
    static CallContext in(CallContext context, ContextView view) {
        Object current = view.getOrDefault(KEY, null);
        return current instanceof Observation observation && context.get(PARENT).isEmpty()
                ? context.with(PARENT, observation)
                : context;
    }
}
