package dev.postern.http;

import dev.postern.flow.ClientBoundary;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Connects an {@link Exchange} to the JDK's client. The JDK keeps a reference to this object for as long as it reuses
 * the connection that the exchange has opened. Therefore the bridge drops its reference to the exchange when no more
 * signals are expected.
 */
final class BodyBridge implements BodyHandler<Flow.Publisher<List<ByteBuffer>>>, Flow.Subscriber<List<ByteBuffer>> {
    private volatile @Nullable Exchange exchange;

    BodyBridge(Exchange exchange) {
        this.exchange = exchange;
    }

    /** From now on, a body that begins is cancelled, and all other signals are ignored. */
    void detach() {
        exchange = null;
    }

    /**
     * Reads the body with a subscriber of the JDK. Its result is ready when the body begins, so the client does not wait for
     * the body. The client gets the result on the current thread; for a subscriber that is not the JDK's own, it would start
     * a task of its executor.
     */
    @Override
    public BodySubscriber<Flow.Publisher<List<ByteBuffer>>> apply(ResponseInfo info) {
        Exchange target = exchange;
        if (target != null) {
            target.headReceived(info);
        }
        BodySubscriber<Flow.Publisher<List<ByteBuffer>>> body = BodySubscribers.ofPublisher();
        var unused = body.getBody().thenAccept(chunks -> chunks.subscribe(this));
        return body;
    }

    /** The JDK drops what is thrown here and signals no failure, so the exchange fails with it. */
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Exchange target = exchange;
        if (target == null) {
            ClientBoundary.cancel(subscription);
            return;
        }
        try {
            target.bodyStarted(subscription);
        } catch (Throwable e) {
            onError(e);
            ClientBoundary.cancel(subscription);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> chunk) {
        Exchange target = exchange;
        if (target != null) {
            target.chunkReceived(chunk);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        Exchange target = exchange;
        detach();
        if (target != null) {
            target.failed(thrown);
        }
    }

    @Override
    public void onComplete() {
        Exchange target = exchange;
        detach();
        if (target != null) {
            target.complete();
        }
    }
}
