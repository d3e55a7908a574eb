package dev.postern.http;

import dev.postern.NonBlockingSubscriber;
import java.util.concurrent.Flow;

/** The rules of Reactive Streams for items that the selector thread delivers. */
public class NonBlockingTckTest extends TransportTckTest {

    @Override
    public Flow.Publisher<String> createFlowPublisher(long elements) {
        return promising(super.createFlowPublisher(elements));
    }

    @Override
    public Flow.Publisher<String> createFailedFlowPublisher() {
        return promising(super.createFailedFlowPublisher());
    }

    private static Flow.Publisher<String> promising(Flow.Publisher<String> publisher) {
        return subscriber -> publisher.subscribe(subscriber == null ? null : new Promising(subscriber));
    }

    private record Promising(Flow.Subscriber<? super String> subscriber) implements NonBlockingSubscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(String item) {
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
