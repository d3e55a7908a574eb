package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an interceptor sees of a request. Its context is one for calls of the interceptor; only the original goes on. */
final class Asked implements Interceptor.Invocation {
    private final Place place;
    private final CompletionRequest original;
    private final boolean streaming;
    private final Interceptor.@Nullable Target target;
    private final CallContext context;
    private @Nullable CompletionRequest shown; // made when it is asked for; threads may see different, equal ones

    Asked(Place place, CompletionRequest original, boolean streaming, Interceptor.@Nullable Target target) {
        this.place = place;
        this.original = original;
        this.streaming = streaming;
        this.target = target;
        this.context = Enclosing.handed(original.context(), place);
    }

    @Override
    public CompletionRequest request() {
        CompletionRequest request = shown;
        if (request == null) {
            request = original.withContext(context);
            shown = request;
        }
        return request;
    }

    @Override
    public CallContext context() {
        return context;
    }

    @Override
    public String callId() {
        return place.callId();
    }

    @Override
    public boolean streaming() {
        return streaming;
    }

    @Override
    public Optional<Interceptor.Target> target() {
        return Optional.ofNullable(target);
    }

    @Override
    public Instrumentation.UsageEstimator estimator() {
        return place::estimate;
    }

    /** The request that goes on: what the interceptor made of it, as a part of the call. */
    CompletionRequest goingOn(Optional<CompletionRequest> changed) {
        return changed.isEmpty() ? original : place.keepIn(original, changed.get());
    }
}
