package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Retry;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.FutureStream;
import dev.postern.flow.News;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call at one place with an {@link Instrumentation}, for authors of providers. A provider that takes an instrumentation passes its
 * calls through {@link #stream} or {@link #answer}. A provider that makes several exchanges for one call looks the scope up in the
 * request, with {@link #of}, and makes each exchange by {@link #attempt}; it says so in {@link
 * dev.postern.LlmProvider#reportsAttempts}. The scope rides in the context of the request; places that are inside of each other share the
 * id and the numbers of attempts. Thread-safe.
 */
public final class CallScope {
    private static final CallContext.Key<CallScope> KEY = CallContext.Key.of("", CallScope.class);

    private final @Nullable CallScope outer;
    private final OneCall call;
    private final Instrumentation with;
    private final @Nullable CallState state;
    /** What a gateway calls the backend below it; empty if there is no gateway. */
    private final String backendName;
    /** Whether an attempt is open around everything below. What is outside sees that one, and not those that are made below. */
    private final boolean border;
    /** The number of attempts so far, as the places up to the border see them. */
    private final AtomicInteger attempts;

    private CallScope(
            @Nullable CallScope outer,
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

    /** The next place outward that sees the attempts of this one; null if there is none. */
    private @Nullable CallScope towardsBorder() {
        return border ? null : outer;
    }

    // ---- for providers that take an instrumentation

    /**
     * The events of a call, seen and changed by an instrumentation.
     *
     * @param with the instrumentation
     * @param provider the name of the provider
     * @param streaming whether the caller receives events rather than the whole answer
     * @param request the request of the caller
     * @param inside makes the call itself; each subscription to its result is one
     */
    public static Flow.Publisher<StreamEvent> stream(
            Instrumentation with,
            String provider,
            boolean streaming,
            CompletionRequest request,
            Function<CompletionRequest, Flow.Publisher<StreamEvent>> inside) {
        if (with.isEmpty()) {
            return inside.apply(request);
        }
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            Dispatcher.shared()
                    .runBlocking(() -> open(with, provider, streaming, request).run(subscriber, inside));
        };
    }

    /** The whole answer of a call; see {@link #stream}. If no event was changed, it is the object that {@code inside} returned. */
    public static CompletableFuture<CompletionResponse> answer(
            Instrumentation with,
            String provider,
            CompletionRequest request,
            Function<CompletionRequest, CompletableFuture<CompletionResponse>> inside) {
        return with.isEmpty()
                ? inside.apply(request)
                : WholeAnswer.around(inside, wrapped -> stream(with, provider, false, request, wrapped));
    }

    private static CallState open(Instrumentation with, String provider, boolean streaming, CompletionRequest request) {
        CallScope outer = of(request);
        OneCall call = outer == null ? new OneCall() : outer.call;
        CallContext context = request.context();
        if (context.id().isEmpty()) {
            context = context.toBuilder().newId().build();
        }
        CallState state = new CallState(call, with, provider, streaming);
        for (Registered each : with.listeners) {
            if (outer == null || !outer.tells(each.listener())) {
                context = state.begin(each, request, context);
            }
        }
        CallScope scope = new CallScope(outer, call, with, state, outer == null ? "" : outer.backendName, false);
        state.opened(scope, request.withContext(context.with(KEY, scope)));
        return state;
    }

    private boolean tells(CallListener listener) {
        for (Registered each : with.listeners) {
            if (each.listener() == listener) {
                return true;
            }
        }
        return outer != null && outer.tells(listener);
    }

    // ---- for providers that make the exchanges

    /** The call that this request belongs to; null if nothing is registered. */
    public static @Nullable CallScope of(CompletionRequest request) {
        return request.context().get(KEY).orElse(null);
    }

    /**
     * Checks the deadline before a request is sent.
     *
     * @throws LlmException of kind {@link LlmException.Kind#TIMEOUT} if it is over; no backend is blamed for it
     */
    public static void requireTime(CallContext context) {
        if (LlmFailures.isOverDeadline(context)) {
            throw LlmFailures.deadlineBeforeSending();
        }
    }

    /** One exchange with a server that a provider can make. */
    public interface Exchange<T> {
        /** The name of the backend. */
        String backend();

        /** The model that is asked; empty if only the backend knows. Read after {@link #use}. */
        String model();

        /** Scheme, host and port of the server; empty if unknown. */
        String address();

        /** Takes the request to send, which interceptors may have changed. Called before {@link #send}. */
        void use(CompletionRequest request);

        /**
         * Attempt interceptors are about to be asked, and may wait. Called before {@link #use}, and only if there are some. Does nothing by
         * default.
         *
         * @param endWaits ends their waits with a failure, at any time and from any thread, for example when the provider is closed
         */
        default void asking(Consumer<LlmException> endWaits) {}

        /** The answer: events, or one {@link CompletionResponse}. Nothing is sent before the subscription. */
        Flow.Publisher<T> send(Attempt attempt);

        /** Adds the names of backend and model to a failure. */
        default LlmException describe(LlmException failure) {
            return failure;
        }
    }

    /** An attempt that listeners may see. */
    public interface Attempt {
        /** The number in the call, counted from 1. */
        int number();

        /** The request to send. */
        CompletionRequest request();

        /** Headers that listeners add to the request. */
        Map<String, String> headers();

        /** Tells that the head of the answer came. */
        void head(int status, String serverRequestId);
    }

    /**
     * An exchange as one attempt of this call: attempt interceptors are asked, and listeners are told. Each subscription makes one.
     *
     * @param whole whether the answer is one {@link CompletionResponse} instead of events
     */
    @SuppressWarnings(
            "unchecked") // an exchange that is whole has items of type CompletionResponse, any other one has events
    public <T> Flow.Publisher<T> attempt(Exchange<T> exchange, CompletionRequest request, Why why, boolean whole) {
        List<Interceptor> interceptors = new ArrayList<>(0);
        addAttemptInterceptors(interceptors);
        if (interceptors.isEmpty()) {
            return observed(exchange, request, why);
        }
        return subscriber -> {
            Abort abort = new Abort();
            exchange.asking(abort::because);
            Filters filters = new Filters(
                    this,
                    interceptors,
                    request,
                    isStreaming(),
                    new Interceptor.Target(attempts.get() + 1, nameOf(exchange.backend()), exchange.model()),
                    abort);
            Flow.Publisher<T> filtered = whole
                    ? (Flow.Publisher<T>) WholeAnswer.filtered(
                            filters, changed -> (Flow.Publisher<CompletionResponse>) observed(exchange, changed, why))
                    : (Flow.Publisher<T>)
                            filters.around(changed -> (Flow.Publisher<StreamEvent>) observed(exchange, changed, why));
            filtered.subscribe(subscriber);
        };
    }

    private void addAttemptInterceptors(List<Interceptor> all) {
        CallScope next = towardsBorder();
        if (next != null) {
            next.addAttemptInterceptors(all);
        }
        all.addAll(with.attemptInterceptors);
    }

    /** Whether a listener wants to see the attempts that are made here. */
    private boolean isSeen() {
        for (CallScope each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null && each.state.isWatched()) {
                return true;
            }
        }
        return false;
    }

    private <T> Flow.Publisher<T> observed(Exchange<T> exchange, CompletionRequest request, Why why) {
        return subscriber -> Dispatcher.shared()
                .runBlocking(
                        () -> { // a listener may block when it is asked
                            OpenAttempt attempt; // null if no listener sees it
                            try {
                                requireTime(request.context());
                                exchange.use(request);
                                int number = attempts.incrementAndGet();
                                attempt = isSeen() ? openAttempt(exchange, request, number, why) : null;
                            } catch (Throwable thrown) { // the provider refuses the request, for example
                                new Observer<T>(subscriber, Observed.NOTHING).fail(thrown);
                                return;
                            }
                            new Observer<T>(subscriber, attempt == null ? Observed.NOTHING : attempt)
                                    .subscribeTo(() -> exchange.send(
                                            attempt == null ? new Unseen(request, attempts.get()) : attempt));
                        });
    }

    private OpenAttempt openAttempt(Exchange<?> exchange, CompletionRequest request, int number, Why why) {
        Why known = why == Why.FIRST && number > 1 ? Why.FALLBACK : why;
        OpenAttempt attempt = new OpenAttempt(this, exchange, request, number, known);
        return call.news().ask(() -> {
            announce(attempt);
            return attempt;
        });
    }

    /** An exchange inside of an attempt, which is seen as a whole. */
    private record Unseen(CompletionRequest request, int number) implements Attempt {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public void head(int status, String serverRequestId) {}
    }

    /** Called inside of the news. */
    private void announce(OpenAttempt attempt) {
        CallScope next = towardsBorder();
        if (next != null) {
            next.announce(attempt);
        }
        if (state != null) {
            state.attempt(attempt);
        }
    }

    /**
     * The events of another provider inside of the call that this request belongs to: as one attempt, if that provider does not report
     * its own. Without a call, just its events.
     */
    public static Flow.Publisher<StreamEvent> eventsOf(LlmProvider provider, CompletionRequest request) {
        CallScope scope = of(request);
        return scope == null || provider.reportsAttempts()
                ? provider.stream(request)
                : scope.attempt(new Ask<>(scope, provider, request, provider::stream), request, Why.FIRST, false);
    }

    /** The whole answer of another provider, as one item; see {@link #eventsOf}. */
    public static Flow.Publisher<CompletionResponse> answerOf(LlmProvider provider, CompletionRequest request) {
        CallScope scope = of(request);
        Function<CompletionRequest, Flow.Publisher<CompletionResponse>> call =
                asked -> FutureStream.of(() -> provider.completionsAsync(asked), List::of, LlmException::of);
        return scope == null || provider.reportsAttempts()
                ? call.apply(request)
                : scope.attempt(new Ask<>(scope, provider, request, call), request, Why.FIRST, true);
    }

    /** Tells that a failed attempt is followed by another one after this delay. */
    public void retry(Why why, String fromBackend, String toBackend, LlmException failure, Duration delay) {
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

    /** The request for a backend that a gateway calls by this name. Attempts below it have this name. */
    public CompletionRequest toBackend(CompletionRequest request, String name) {
        return request.withContext(request.context().with(KEY, below(qualified(name), false)));
    }

    /** The request for something that makes exchanges of its own inside of an attempt. */
    CompletionRequest insideAttempt(CompletionRequest request) {
        return request.withContext(request.context().with(KEY, below(backendName, true)));
    }

    private CallScope below(String name, boolean insideAttempt) {
        return new CallScope(this, call, Instrumentation.NONE, null, name, insideAttempt);
    }

    /** Runs code of the application with the context bound to the current thread, as the instrumentation says. */
    public void bound(CallContext context, Runnable code) {
        if (outer == null) {
            Bindings.run(with.binding, context, code);
        } else {
            outer.bound(context, () -> Bindings.run(with.binding, context, code));
        }
    }

    /**
     * The context for work that is a part of the call of this context, such as the run of an agent: a request with it is a call of its
     * own, whose {@link CallContext#parent} is this call. A context outside of a call is returned unchanged.
     */
    public static CallContext child(CallContext context) {
        return context.get(KEY)
                .map(scope ->
                        context.without(KEY).toBuilder().parent(scope.call.id()).build())
                .orElse(context);
    }

    /** The id of the call. */
    public String callId() {
        return call.id();
    }

    // ---- for this package

    /** The name of a backend: the one that a gateway gave it, else its own. */
    String nameOf(String backend) {
        return backendName.isEmpty() ? backend : backendName;
    }

    /** The name that a gateway gives a backend; if it is itself a backend of a gateway, behind the name of that one. */
    private String qualified(String name) {
        return backendName.isEmpty() ? name : backendName + "/" + name;
    }

    News news() {
        return call.news();
    }

    /** An interceptor answers: the call of this place, or an attempt of it. */
    void answeredBy(String interceptor) {
        for (CallScope each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null) {
                each.state.answeredBy(interceptor);
            }
        }
    }

    private boolean isStreaming() {
        return state != null ? state.streaming() : outer != null && outer.isStreaming();
    }

    /**
     * Puts this scope back into a request that an interceptor has built. If the interceptor made a context of its own, that one keeps the
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
        CallContext.Builder kept = made.toBuilder().with(KEY, before.get(KEY).orElse(this));
        before.remaining().ifPresent(kept::within);
        return changed.withContext(
                made.id().isEmpty() ? kept.id(before.id()).build() : kept.build());
    }

    Usage estimate(CompletionRequest request, Progress progress) {
        for (CallScope each = this; each != null; each = each.outer) {
            Instrumentation.UsageEstimator estimator = each.with.estimator;
            if (estimator != null) {
                try {
                    return Objects.requireNonNull(estimator.estimate(request, progress));
                } catch (RuntimeException | Error e) {
                    break; // the default estimate takes its place
                }
            }
        }
        return CharacterEstimate.of(request, progress);
    }

    /** Called inside of the news. */
    void attemptEnded(OpenAttempt attempt, CallListener.AttemptEnd end) {
        for (CallScope each = this; each != null; each = each.towardsBorder()) {
            if (each.state != null) {
                each.state.attemptEnded(attempt, end);
            }
        }
    }
}
