package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Retry;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.News;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call at one place: at a provider or a gateway with an {@link Instrumentation}, or at what such a place calls by a name. Places that
 * are inside of each other are linked outwards, and share the id of the call. Up to the border, which is an attempt that is open around
 * everything below, they also share the numbers of attempts: what is outside of it sees that attempt, and not those that are made below.
 * A place rides in the context of the request. Thread-safe.
 */
final class Place {
    private final @Nullable Place outer;
    private final OneCall call;
    private final Instrumentation with;
    /** What listeners of this place see; null if nothing is registered here. */
    private final @Nullable CallState state;
    /** What a gateway calls the backend below it; empty if there is no gateway. */
    private final String backendName;

    private final boolean border;
    private final AtomicInteger attempts;

    private Place(
            @Nullable Place outer,
            OneCall call,
            Instrumentation with,
            @Nullable CallState state,
            String backendName,
            boolean border) {
        this.outer = outer;
        this.call = call;
        this.with = with;
        this.state = state;
        this.backendName = backendName;
        this.border = border;
        this.attempts = outer == null || border ? new AtomicInteger() : outer.attempts;
    }

    /** The place that this request has come to; null if nothing is registered, or if a call of its own begins with it. */
    static @Nullable Place of(CompletionRequest request) {
        return Enclosing.of(request.context());
    }

    /** Whether nothing is registered here, and above neither. */
    static boolean isUnseen(Instrumentation with, CompletionRequest request) {
        return with.isEmpty() && Enclosing.aboveChild(request.context()) == null;
    }

    /** A call comes to a place: listeners are asked. */
    static CallState open(Instrumentation own, String provider, boolean streaming, CompletionRequest request) {
        Place outer = of(request);
        Place above = Enclosing.aboveChild(request.context());
        Instrumentation with = above == null ? own : above.watching(own);
        OneCall call = outer == null ? new OneCall() : outer.call;
        CallContext context =
                above == null ? request.context() : request.context().child();
        if (context.id().isEmpty()) {
            context = context.toBuilder().newId().build();
        }
        CallState state = new CallState(call, with, provider, streaming);
        Place place = new Place(outer, call, with, state, outer == null ? "" : outer.backendName, false);
        for (Registered each : with.listeners) {
            if (outer == null || !outer.tells(each.listener())) {
                context = state.begin(each, place, request, context);
            }
        }
        state.opened(place, request.withContext(Enclosing.inside(context, place)));
        return state;
    }

    private boolean tells(CallListener listener) {
        return with.has(listener) || (outer != null && outer.tells(listener));
    }

    /** For a child of this call: what its own place has, and what watches the attempts of this call. */
    private Instrumentation watching(Instrumentation child) {
        Instrumentation all = child;
        for (Place each = this; each != null; each = each.towardsBorder()) {
            all = all.watchedBy(each.with);
        }
        return all;
    }

    // ---- places below

    /** The request for a backend that a gateway calls by this name. */
    CompletionRequest toBackend(CompletionRequest request, String name) {
        return Enclosing.inside(request, below(qualified(name), false));
    }

    /** The request for something that makes exchanges of its own inside of an attempt. */
    CompletionRequest insideAttempt(CompletionRequest request) {
        return Enclosing.inside(request, below(backendName, true));
    }

    private Place below(String name, boolean insideAttempt) {
        return new Place(this, call, Instrumentation.NONE, null, name, insideAttempt);
    }

    /**
     * Puts this place back into a request that an interceptor has built. If the interceptor made a context of its own, that one keeps the
     * deadline of the call, unless its own is earlier, and the id of the job, unless it has one.
     */
    @SuppressWarnings(
            "ReferenceEquality") // an equal request may have another context, which does not count for equality
    CompletionRequest keepIn(CompletionRequest original, CompletionRequest changed) {
        CallContext before = original.context();
        CallContext made = changed.context();
        if (changed == original || made == before) {
            return changed;
        }
        if (made == CallContext.NONE) {
            return changed.withContext(before);
        }
        CallContext.Builder kept = Enclosing.inside(made, Objects.requireNonNullElse(of(original), this)).toBuilder();
        before.remaining().ifPresent(kept::within);
        return changed.withContext(made.id().isEmpty() ? kept.id(before.id()).build() : kept.build());
    }

    // ---- names

    String callId() {
        return call.id();
    }

    /** The name of a backend: the one that a gateway gave it, else its own. */
    String nameOf(String backend) {
        return backendName.isEmpty() ? backend : backendName;
    }

    /** The name that a gateway gives a backend; if it is itself a backend of a gateway, behind the name of that one. */
    private String qualified(String name) {
        return backendName.isEmpty() ? name : backendName + "/" + name;
    }

    // ---- attempts

    /** The number of attempts so far, as the places up to the border see them. */
    int attempts() {
        return attempts.get();
    }

    int nextAttempt() {
        return attempts.incrementAndGet();
    }

    /** The next place outward that sees the attempts of this one; null if there is none. */
    private @Nullable Place towardsBorder() {
        return border ? null : outer;
    }

    /** The interceptors of attempts that are made here, the outermost first. */
    List<Interceptor> attemptInterceptors() {
        List<Interceptor> all = new ArrayList<>(0);
        addAttemptInterceptors(all);
        return all;
    }

    private void addAttemptInterceptors(List<Interceptor> all) {
        Place next = towardsBorder();
        if (next != null) {
            next.addAttemptInterceptors(all);
        }
        all.addAll(with.attemptInterceptors);
    }

    /** Whether a listener wants to see the attempts that are made here. */
    boolean isSeen() {
        for (Place each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null && each.state.isWatched()) {
                return true;
            }
        }
        return false;
    }

    /** An attempt begins. Called inside of the news. */
    void announce(OpenAttempt attempt) {
        Place next = towardsBorder();
        if (next != null) {
            next.announce(attempt);
        }
        if (state != null) {
            state.attempt(attempt);
        }
    }

    /** Called inside of the news. */
    void attemptEnded(OpenAttempt attempt, CallListener.AttemptEnd end) {
        for (Place each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null) {
                each.state.attemptEnded(attempt, end);
            }
        }
    }

    /** An interceptor answers: the call of this place, or an attempt of it. */
    void answeredBy(String interceptor) {
        for (Place each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null) {
                each.state.answeredBy(interceptor);
            }
        }
    }

    // ---- what is the same up to the outermost place

    News news() {
        return call.news();
    }

    /** Tells that a failed attempt is followed by another one. */
    void retry(Why why, String fromBackend, String toBackend, LlmException failure, Duration delay) {
        boolean byGateway = why == Why.FALLBACK;
        String from = byGateway ? qualified(fromBackend) : nameOf(fromBackend);
        String to = byGateway ? qualified(toBackend) : nameOf(toBackend);
        Retry retry = new Retry(why, from, to, failure, delay);
        call.news().tell(() -> retried(retry));
    }

    private void retried(Retry retry) {
        if (outer != null) {
            outer.retried(retry);
        }
        if (state != null) {
            state.retried(retry);
        }
    }

    boolean isStreaming() {
        return state != null ? state.streaming() : outer != null && outer.isStreaming();
    }

    /** Runs code of the application with the context bound to the current thread, as the instrumentations say. */
    void bound(CallContext context, Runnable code) {
        if (outer == null) {
            Bindings.run(with.bindings, context, code);
        } else {
            outer.bound(context, () -> Bindings.run(with.bindings, context, code));
        }
    }

    Usage estimate(CompletionRequest request, Progress progress) {
        for (Place each = this; each != null; each = each.outer) {
            Instrumentation.UsageEstimator estimator = each.with.estimator;
            if (estimator != null) {
                return estimator.estimate(request, progress);
            }
        }
        return CharacterEstimate.of(request, progress);
    }
}
