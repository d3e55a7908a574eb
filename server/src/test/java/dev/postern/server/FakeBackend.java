package dev.postern.server;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A backend that a test controls. It records its requests. */
final class FakeBackend implements LlmProvider {
    final Queue<CompletionRequest> requests = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<OpenStream> streams = new LinkedBlockingQueue<>();
    private final String name;
    volatile Function<CompletionRequest, CompletableFuture<CompletionResponse>> answer =
            request -> CompletableFuture.completedFuture(text("Hello from " + name()));
    volatile ProviderHealth health = ProviderHealth.up("fine");
    volatile List<ModelInfo> models = List.of();

    FakeBackend(String name) {
        this.name = name;
    }

    static CompletionResponse text(String text) {
        return CompletionResponse.builder()
                .model("m")
                .content(text)
                .stopReason(StopReason.END_TURN)
                .usage(Usage.of(3, 2))
                .build();
    }

    static StreamEvent stop() {
        return new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        requests.add(request);
        return answer.apply(request);
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        return subscriber -> {
            requests.add(request);
            OpenStream stream = new OpenStream(subscriber);
            subscriber.onSubscribe(stream);
            streams.add(stream);
        };
    }

    /** Waits for the next requested stream. */
    OpenStream stream() {
        try {
            OpenStream stream = streams.poll(30, TimeUnit.SECONDS);
            if (stream == null) {
                throw new AssertionError("no stream was requested");
            }
            return stream;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return CompletableFuture.completedFuture(models);
    }

    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return CompletableFuture.completedFuture(health);
    }

    /** An open stream. It emits an event if there is demand and the test has supplied the event. */
    static final class OpenStream implements Flow.Subscription {
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        private final Flow.Subscriber<? super StreamEvent> subscriber;
        private long demand;

        OpenStream(Flow.Subscriber<? super StreamEvent> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public synchronized void request(long n) {
            demand += n;
            notifyAll();
        }

        @Override
        public synchronized void cancel() {
            cancelled.complete(null);
            notifyAll();
        }

        /** Emits the events in order, each as soon as there is demand. After a cancel, events are dropped. */
        OpenStream emit(StreamEvent... events) {
            for (StreamEvent event : events) {
                awaitDemand();
                subscriber.onNext(event);
            }
            return this;
        }

        OpenStream emit(String text) {
            return emit(new StreamEvent.ContentDelta(text));
        }

        private synchronized void awaitDemand() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            try {
                while (demand == 0 && !cancelled.isDone()) {
                    if (System.nanoTime() > end) {
                        throw new AssertionError("there is no demand for an event");
                    }
                    wait(100);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            demand--;
        }

        synchronized long demand() {
            return demand;
        }

        void complete() {
            subscriber.onComplete();
        }

        void fail(LlmException failure) {
            subscriber.onError(failure);
        }
    }
}
