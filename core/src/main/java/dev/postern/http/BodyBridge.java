package dev.postern.http;

import dev.postern.flow.ClientBoundary;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Connects an {@link Exchange} to the JDK's client. The JDK keeps a reference to this object for as long as it reuses
 * the connection that the exchange has opened. Therefore the bridge drops its reference to the exchange when no more
 * signals are expected.
 */
final class BodyBridge implements BodyHandler<@Nullable Void>, BodySubscriber<@Nullable Void> {
    private volatile @Nullable Exchange exchange;

    BodyBridge(Exchange exchange) {
        this.exchange = exchange;
    }

    /** From now on, a body that begins is cancelled, and all other signals are ignored. */
    void detach() {
        exchange = null;
    }

    @Override
    public BodySubscriber<@Nullable Void> apply(ResponseInfo info) {
        Exchange target = exchange;
        if (target != null) {
            target.headReceived(info);
        }
        return this;
    }

    /** Complete from the beginning, so the client does not wait for the body. */
    @Override
    public CompletionStage<@Nullable Void> getBody() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Exchange target = exchange;
        if (target != null) {
            target.bodyStarted(subscription);
        } else {
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
