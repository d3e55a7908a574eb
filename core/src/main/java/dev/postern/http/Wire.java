package dev.postern.http;

import dev.postern.flow.Inlet;
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
 * All that the JDK knows of an exchange. The JDK keeps it with the connection that the exchange has opened, for as long as
 * that is used again; so once no more signals are due, it forgets that exchange and all that hangs on it.
 */
final class Wire implements BodyHandler<@Nullable Void>, BodySubscriber<@Nullable Void> {
    private volatile @Nullable Exchange exchange;

    Wire(Exchange exchange) {
        this.exchange = exchange;
    }

    /** From now on a body that begins is closed at once, and all other signals are dropped. */
    void forget() {
        exchange = null;
    }

    @Override
    public BodySubscriber<@Nullable Void> apply(ResponseInfo info) {
        Exchange to = exchange;
        if (to != null) {
            to.headCame(info);
        }
        return this;
    }

    /** Complete at once, so nobody waits for the body. */
    @Override
    public CompletionStage<@Nullable Void> getBody() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Exchange to = exchange;
        if (to != null) {
            to.bodyBegins(subscription);
        } else {
            Inlet.cancel(subscription);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> chunk) {
        Exchange to = exchange;
        if (to != null) {
            to.chunkCame(chunk);
        }
    }

    @Override
    public void onError(Throwable thrown) {
        Exchange to = exchange;
        forget();
        if (to != null) {
            to.failed(thrown);
        }
    }

    @Override
    public void onComplete() {
        Exchange to = exchange;
        forget();
        if (to != null) {
            to.complete();
        }
    }
}
