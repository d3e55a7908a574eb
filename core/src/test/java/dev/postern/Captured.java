package dev.postern;

import java.util.concurrent.Flow;

/** A publisher that never begins: it only takes hold of a subscriber that is hidden elsewhere. */
final class Captured implements Flow.Publisher<StreamEvent> {
    private Flow.Subscriber<StreamEvent> subscriber;

    @Override
    @SuppressWarnings("unchecked") // a subscriber of more than events takes events as well
    public void subscribe(Flow.Subscriber<? super StreamEvent> newcomer) {
        subscriber = (Flow.Subscriber<StreamEvent>) newcomer;
    }

    Flow.Subscriber<StreamEvent> subscriber() {
        return subscriber;
    }
}
