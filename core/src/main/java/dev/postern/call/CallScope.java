package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.FutureStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call as providers see it that make its exchanges; for authors of providers. A provider that takes an {@link Instrumentation} passes
 * its calls through {@link #stream} or {@link #answer}. A provider that makes several exchanges for one call looks the scope up in the
 * request, with {@link #of}, and makes each exchange by {@link #attempt}; it says so in {@link
 * dev.postern.LlmProvider#reportsAttempts}. The scope rides in the context of the request. Thread-safe.
 */
public final class CallScope {
    private final Place place;

    private CallScope(Place place) {
        this.place = place;
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
        if (Place.isUnseen(with, request)) {
            return inside.apply(request);
        }
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            Dispatcher.shared()
                    .runBlocking(
                            () -> Place.open(with, provider, streaming, request).run(subscriber, inside));
        };
    }

    /** The whole answer of a call; see {@link #stream}. If no event was changed, it is the object that {@code inside} returned. */
    public static CompletableFuture<CompletionResponse> answer(
            Instrumentation with,
            String provider,
            CompletionRequest request,
            Function<CompletionRequest, CompletableFuture<CompletionResponse>> inside) {
        return Place.isUnseen(with, request)
                ? inside.apply(request)
                : WholeAnswer.around(inside, wrapped -> stream(with, provider, false, request, wrapped));
    }

    // ---- for providers that make the exchanges

    /** The call that this request is a part of; null if nothing is registered, or if a call of its own begins with it. */
    public static @Nullable CallScope of(CompletionRequest request) {
        Place place = Place.of(request);
        return place == null ? null : new CallScope(place);
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
    public <T> Flow.Publisher<T> attempt(Exchange<T> exchange, CompletionRequest request, Why why, boolean whole) {
        return new NewAttempt<>(place, exchange, why).answer(request, whole);
    }

    /** Tells that a failed attempt is followed by another one after this delay. */
    public void retry(Why why, String fromBackend, String toBackend, LlmException failure, Duration delay) {
        place.retry(why, fromBackend, toBackend, failure, delay);
    }

    /** The id of the call. */
    public String callId() {
        return place.callId();
    }

    // ---- for providers that ask other providers

    /**
     * The events of another provider inside of the call that this request belongs to: as one attempt, if that provider does not report
     * its own. Without a call, just its events.
     */
    public static Flow.Publisher<StreamEvent> eventsOf(LlmProvider provider, CompletionRequest request) {
        Place place = Place.of(request);
        return place == null || provider.reportsAttempts()
                ? provider.stream(request)
                : new NewAttempt<>(place, new Ask<>(place, provider, request, provider::stream), Why.FIRST)
                        .answer(request, false);
    }

    /** The whole answer of another provider, as one item; see {@link #eventsOf}. */
    public static Flow.Publisher<CompletionResponse> answerOf(LlmProvider provider, CompletionRequest request) {
        Place place = Place.of(request);
        Function<CompletionRequest, Flow.Publisher<CompletionResponse>> call =
                asked -> FutureStream.of(() -> provider.completionsAsync(asked), List::of, LlmException::of);
        return place == null || provider.reportsAttempts()
                ? call.apply(request)
                : new NewAttempt<>(place, new Ask<>(place, provider, request, call), Why.FIRST).answer(request, true);
    }

    /** The request for a backend that a gateway calls by this name. Attempts below it have this name. */
    public CompletionRequest toBackend(CompletionRequest request, String name) {
        return place.toBackend(request, name);
    }
}
