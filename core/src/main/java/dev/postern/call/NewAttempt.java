package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Why;
import dev.postern.flow.Dispatcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/**
 * An exchange that becomes an attempt of a call: attempt interceptors are asked, then listeners, then the exchange is made. Each
 * subscription makes one attempt.
 *
 * @param <T> the items of the answer
 * @param place where the exchange is made
 * @param exchange the exchange
 * @param why why it is made
 */
record NewAttempt<T>(Place place, CallScope.Exchange<T> exchange, Why why) {

    /**
     * The answer.
     *
     * @param whole whether it is one {@link CompletionResponse} instead of events
     */
    Flow.Publisher<T> answer(CompletionRequest request, boolean whole) {
        List<Interceptor> interceptors = place.attemptInterceptors();
        return interceptors.isEmpty()
                ? observed(request)
                : subscriber -> filtered(interceptors, request, whole).subscribe(subscriber);
    }

    @SuppressWarnings(
            "unchecked") // an exchange that is whole has items of type CompletionResponse, any other one has events
    private Flow.Publisher<T> filtered(List<Interceptor> interceptors, CompletionRequest request, boolean whole) {
        Abort abort = new Abort();
        exchange.asking(abort::because);
        Interceptor.Target target =
                new Interceptor.Target(place.attempts() + 1, place.nameOf(exchange.backend()), exchange.model());
        Filters filters = new Filters(place, interceptors, request, place.isStreaming(), target, abort);
        return whole
                ? (Flow.Publisher<T>)
                        WholeAnswer.filtered(filters, changed -> (Flow.Publisher<CompletionResponse>) observed(changed))
                : (Flow.Publisher<T>) filters.around(changed -> (Flow.Publisher<StreamEvent>) observed(changed));
    }

    private Flow.Publisher<T> observed(CompletionRequest request) {
        return subscriber -> Dispatcher.shared()
                .runBlocking(() -> begin(subscriber, request)); // a listener may block when it is asked
    }

    private void begin(Flow.Subscriber<? super T> subscriber, CompletionRequest request) {
        OpenAttempt attempt; // null if no listener sees it
        int number;
        try {
            CallScope.requireTime(request.context());
            exchange.use(request);
            number = place.nextAttempt();
            attempt = place.isSeen() ? opened(request, number) : null;
        } catch (Throwable thrown) { // the provider refuses the request, for example
            new Observer<T>(subscriber, Observed.NOTHING).fail(thrown);
            return;
        }
        if (attempt == null) {
            new Observer<T>(subscriber, Observed.NOTHING).subscribeTo(() -> exchange.send(new Unseen(request, number)));
        } else {
            new Observer<T>(subscriber, attempt).subscribeTo(() -> exchange.send(attempt));
        }
    }

    private OpenAttempt opened(CompletionRequest request, int number) {
        Why known = why == Why.FIRST && number > 1 ? Why.FALLBACK : why;
        OpenAttempt attempt = new OpenAttempt(place, exchange, request, number, known);
        return place.news().ask(() -> {
            place.announce(attempt);
            return attempt;
        });
    }

    /** An exchange that no listener sees, or inside of an attempt that is seen as a whole. */
    private record Unseen(CompletionRequest request, int number) implements CallScope.Attempt {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public void head(int status, String serverRequestId) {}
    }
}
