package dev.postern.server.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** Records its signals as texts. */
final class TestSubscriber implements Flow.Subscriber<byte[]> {
    final List<String> seen = new ArrayList<>();
    /** Whether each event requests the next one. */
    boolean requestMore;

    private final List<Flow.Subscription> upstream = new ArrayList<>();

    void request(long count) {
        upstream.get(0).request(count);
    }

    void cancel() {
        upstream.get(0).cancel();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        upstream.add(subscription);
    }

    @Override
    public void onNext(byte[] event) {
        seen.add(new String(event, UTF_8));
        if (requestMore) {
            request(1);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        seen.add(thrown.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
        seen.add("complete");
    }
}
