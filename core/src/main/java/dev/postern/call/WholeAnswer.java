package dev.postern.call;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Single;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a whole answer pass interceptors as its events. If they come out unchanged, the original answer comes out; else the events are
 * collected, as those of a stream are. One object for each call.
 */
final class WholeAnswer {
    private @Nullable CompletionResponse original;
    private List<StreamEvent> events = List.of();
    private int same; // how many of the events came out as they went in
    private boolean changed;

    private WholeAnswer() {}

    static LlmException missing() {
        return new LlmException(Kind.PROTOCOL, "The provider completed without an answer.");
    }

    /**
     * An answer that passes a publisher of events.
     *
     * @param inside makes the call
     * @param wrap puts around the events what shall see them
     */
    static CompletableFuture<CompletionResponse> around(
            Function<CompletionRequest, CompletableFuture<CompletionResponse>> inside,
            Function<Function<CompletionRequest, Flow.Publisher<StreamEvent>>, Flow.Publisher<StreamEvent>> wrap) {
        WholeAnswer answer = new WholeAnswer();
        Flow.Publisher<StreamEvent> events =
                wrap.apply(request -> FutureStream.of(() -> inside.apply(request), answer::entered, LlmException::of));
        CompletableFuture<CompletionResponse> result = new CompletableFuture<>();
        CompletableFuture<CompletionResponse> collected =
                CompletionCollector.collect(subscriber -> events.subscribe(answer.new Comparing(subscriber)));
        var unused = collected.whenComplete((response, thrown) -> {
            if (response == null) {
                result.completeExceptionally(LlmFailures.unwrapped(thrown));
            } else {
                result.complete(answer.isUnchanged() ? answer.original : response);
            }
        });
        unused = result.whenComplete((response, thrown) -> {
            if (result.isCancelled()) {
                collected.cancel(true);
            }
        });
        return result;
    }

    /** The same for an exchange whose answer is one item. */
    static Flow.Publisher<CompletionResponse> filtered(
            Filters filters, Function<CompletionRequest, Flow.Publisher<CompletionResponse>> inside) {
        return FutureStream.of(
                () -> around(
                        request -> {
                            Single<CompletionResponse> only = new Single<>(WholeAnswer::missing);
                            inside.apply(request).subscribe(only);
                            return only.answer();
                        },
                        filters::around),
                List::of,
                LlmException::of);
    }

    private List<StreamEvent> entered(CompletionResponse response) {
        original = response;
        events = response.events();
        return events;
    }

    private boolean isUnchanged() {
        return original != null && !changed && same == events.size();
    }

    /** Compares the events that come out with those that went in. */
    private final class Comparing implements NonBlockingSubscriber<StreamEvent> {
        private final Flow.Subscriber<? super StreamEvent> collector;

        Comparing(Flow.Subscriber<? super StreamEvent> collector) {
            this.collector = collector;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            collector.onSubscribe(subscription);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // an equal event may be another one's
        public void onNext(StreamEvent event) {
            if (same < events.size() && events.get(same) == event) {
                same++;
            } else {
                changed = true;
            }
            collector.onNext(event);
        }

        @Override
        public void onError(Throwable thrown) {
            collector.onError(thrown);
        }

        @Override
        public void onComplete() {
            collector.onComplete();
        }
    }
}
