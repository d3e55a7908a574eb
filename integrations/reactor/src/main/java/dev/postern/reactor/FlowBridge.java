package dev.postern.reactor;

import dev.postern.NonBlockingSubscriber;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A publisher of the JDK as one of Reactive Streams, made anew for the context of each subscriber. Reactor wraps it as it wraps any
 * foreign publisher: what follows sees the thread-locals of its context if their automatic propagation is on.
 *
 * @param source makes the publisher
 * @param promised whether the subscribers promise not to block, see {@link NonBlockingSubscriber}
 */
record FlowBridge<T>(Function<ContextView, Flow.Publisher<T>> source, boolean promised) implements Publisher<T> {
    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        ContextView view =
                subscriber instanceof CoreSubscriber<? super T> core ? core.currentContext() : Context.empty();
        Flow.Publisher<T> events;
        try {
            events = source.apply(view);
        } catch (RuntimeException e) { // the provider refuses the request, for example
            Operators.error(subscriber, e);
            return;
        }
        Flow.Subscriber<? super T> adapted = FlowAdapters.toFlowSubscriber(subscriber);
        SubscriberContext.run(view, () -> events.subscribe(promised ? new Promising<T>(adapted) : adapted));
    }

    /** Passes all signals on. */
    private record Promising<T>(Flow.Subscriber<? super T> subscriber) implements NonBlockingSubscriber<T> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(T item) {
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable thrown) {
            subscriber.onError(thrown);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }
}
