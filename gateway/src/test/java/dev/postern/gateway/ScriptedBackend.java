package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A backend under the control of the test: it records its calls, and the test emits their events. */
class ScriptedBackend implements LlmProvider {
    private final String name;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile boolean closed;
    private volatile boolean up = true;

    ScriptedBackend(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Call call = new Call(request);
        calls.add(call);
        return call.answer;
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        return subscriber -> {
            Call call = new Call(request);
            calls.add(call);
            call.subscriber = subscriber;
            subscriber.onSubscribe(call);
        };
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return CompletableFuture.completedFuture(List.of(new ModelInfo("model of " + name, name, List.of())));
    }

    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return CompletableFuture.completedFuture(up ? ProviderHealth.up(name) : ProviderHealth.down(name));
    }

    void goDown() {
        up = false;
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    int count() {
        return calls.size();
    }

    Call call(int number) {
        return calls.get(number);
    }

    Call only() {
        if (calls.size() != 1) {
            throw new AssertionError(name + " was called " + calls.size() + " times");
        }
        return calls.get(0);
    }

    /** One call. */
    static final class Call implements Flow.Subscription {
        final CompletionRequest request;
        final CompletableFuture<CompletionResponse> answer = new CompletableFuture<>();
        private final AtomicLong requested = new AtomicLong();
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private volatile Flow.Subscriber<? super StreamEvent> subscriber;

        Call(CompletionRequest request) {
            this.request = request;
        }

        Call says(String... texts) {
            for (String text : texts) {
                subscriber.onNext(new StreamEvent.ContentDelta(text));
            }
            return this;
        }

        Call says(StreamEvent event) {
            subscriber.onNext(event);
            return this;
        }

        void completes() {
            subscriber.onComplete();
        }

        void fails(Throwable failure) {
            subscriber.onError(failure);
        }

        long requested() {
            return requested.get();
        }

        boolean isCancelled() {
            return cancelled.getCount() == 0 || answer.isCancelled();
        }

        boolean awaitCancelled() throws InterruptedException {
            return cancelled.await(30, TimeUnit.SECONDS);
        }

        @Override
        public void request(long n) {
            requested.updateAndGet(before -> before + n < 0 ? Long.MAX_VALUE : before + n);
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }
    }
}
