package dev.postern.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Clients of a gateway server: keeps a number of streams running until it is closed, and counts their events. */
final class GatewayStreams implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest request;
    private final LongAdder events = new LongAdder();
    private final AtomicInteger began = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;

    GatewayStreams(URI gateway, String model) {
        request = HttpRequest.newBuilder(gateway.resolve("/api/v1/llm/completions/stream"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say what you were made to say.\"}]}"))
                .build();
    }

    /** Starts one stream. When it ends, another one begins. */
    void begin() {
        var unused = client.sendAsync(request, new Body()).whenComplete((answer, failed) -> {
            if (stopped) {
                return;
            }
            if (failed != null) {
                failure.compareAndSet(null, failed);
            } else {
                begin();
            }
        });
    }

    /** The events of all streams so far. A comment counts as one, so the backend must not be silent for a second. */
    long events() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("a stream failed: " + failed, failed);
        }
        return events.sum();
    }

    /** The streams that got their first bytes. */
    int began() {
        return began.get();
    }

    @Override
    public void close() {
        stopped = true;
    }

    /** Counts the blank lines of one stream. */
    private final class Body
            implements HttpResponse.BodyHandler<@Nullable Void>, HttpResponse.BodySubscriber<@Nullable Void> {
        private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;
        private boolean first = true;
        private byte last;

        @Override
        public HttpResponse.BodySubscriber<@Nullable Void> apply(HttpResponse.ResponseInfo info) {
            if (info.statusCode() != 200) {
                throw new IllegalStateException("status " + info.statusCode());
            }
            return this;
        }

        @Override
        public CompletionStage<@Nullable Void> getBody() {
            return end;
        }

        @Override
        public void onSubscribe(Flow.Subscription body) {
            subscription = body;
            body.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> chunk) {
            int ends = 0;
            for (ByteBuffer bytes : chunk) {
                while (bytes.hasRemaining()) {
                    byte next = bytes.get();
                    ends += next == '\n' && last == '\n' ? 1 : 0;
                    last = next;
                }
            }
            events.add(ends);
            if (first) {
                first = false;
                began.incrementAndGet();
            }
            if (stopped && subscription != null) {
                subscription.cancel();
            } else if (subscription != null) {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            end.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
