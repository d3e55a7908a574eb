package dev.postern.http;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.NonBlockingSubscriber;
import dev.postern.call.CallScope;
import java.util.concurrent.Flow;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a {@link ModelOperation} as listeners and interceptors see it. Exists only if a call has some.
 *
 * @param <T> the items of the answer
 */
final class ScopedExchange<T> implements CallScope.Exchange<T> {
    private final ModelOperation<T> operation;
    private final String model;
    private boolean used;
    private final Consumer<Consumer<LlmException>> asks;
    private final BiConsumer<Flow.Subscriber<? super T>, CallScope.Attempt> opens;

    /**
     * Creates an exchange.
     *
     * @param model the model that is asked if no interceptor changes the request; the operation has that of the attempt before
     * @param asks takes what ends the waits of interceptors
     * @param opens opens the exchange for a subscriber
     */
    ScopedExchange(
            ModelOperation<T> operation,
            String model,
            Consumer<Consumer<LlmException>> asks,
            BiConsumer<Flow.Subscriber<? super T>, CallScope.Attempt> opens) {
        this.operation = operation;
        this.model = model;
        this.asks = asks;
        this.opens = opens;
    }

    @Override
    public String backend() {
        return operation.backend();
    }

    @Override
    public String model() {
        return used ? operation.model() : model;
    }

    @Override
    public String address() {
        return operation.address();
    }

    @Override
    public void use(CompletionRequest request) {
        operation.use(request);
        used = true;
    }

    @Override
    public void asking(Consumer<LlmException> endWaits) {
        asks.accept(endWaits);
    }

    @Override
    public Flow.Publisher<T> send(CallScope.Attempt attempt) {
        return subscriber -> opens.accept(subscriber, attempt);
    }

    @Override
    public LlmException describe(LlmException failure) {
        return operation.describe(failure);
    }

    /** The id that the server gave the request; empty if none. Vendors name the header differently. */
    static String requestId(HttpReply head) {
        for (String name : new String[] {"x-request-id", "request-id", "x-amzn-requestid", "apim-request-id"}) {
            String id = head.header(name);
            if (!id.isEmpty()) {
                return id;
            }
        }
        return "";
    }

    /** A subscriber that promises what another one, behind a relay, has promised. */
    record Promised<T>(Flow.Subscriber<? super T> to, boolean isNonBlocking) implements NonBlockingSubscriber<T> {
        @Override
        public void onSubscribe(Flow.@Nullable Subscription subscription) {
            to.onSubscribe(subscription);
        }

        @Override
        public void onNext(T item) {
            to.onNext(item);
        }

        @Override
        public void onError(Throwable thrown) {
            to.onError(thrown);
        }

        @Override
        public void onComplete() {
            to.onComplete();
        }
    }
}
