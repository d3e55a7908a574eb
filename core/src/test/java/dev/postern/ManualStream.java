package dev.postern;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A stream that the test drives by hand, and that counts what is asked of it. Serves one subscriber. */
final class ManualStream implements Flow.Publisher<StreamEvent>, Flow.Subscription {
    private final AtomicLong requested = new AtomicLong();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile Flow.Subscriber<? super StreamEvent> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super StreamEvent> newcomer) {
        subscriber = newcomer;
        newcomer.onSubscribe(this);
    }

    void emit(StreamEvent... events) {
        for (StreamEvent event : events) {
            subscriber.onNext(event);
        }
    }

    /** As many texts as one likes: "0", "1" and so on. */
    void emitTexts(int count) {
        for (int i = 0; i < count; i++) {
            emit(new StreamEvent.ContentDelta(String.valueOf(i)));
        }
    }

    void complete() {
        subscriber.onComplete();
    }

    void fail(Throwable failure) {
        subscriber.onError(failure);
    }

    Flow.Subscriber<? super StreamEvent> subscriber() {
        return subscriber;
    }

    long requested() {
        return requested.get();
    }

    boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    boolean awaitCancelled() throws InterruptedException {
        return cancelled.await(10, TimeUnit.SECONDS);
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
    }

    @Override
    public void cancel() {
        cancelled.countDown();
    }
}
