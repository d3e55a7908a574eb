package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A client without a network: the test sends the signals of the JDK's client, on any thread. */
final class FakeHttpClient extends HttpClient {
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final Consumer<Exchange> script;

    /** Runs for each new exchange, inside {@code sendAsync}. */
    FakeHttpClient(Consumer<Exchange> script) {
        this.script = script;
    }

    FakeHttpClient() {
        this(exchange -> {});
    }

    /** The exchange with this number, from 0 on, which must also be the last. */
    Exchange only(int number) {
        assertThat(exchanges).hasSize(number + 1);
        return exchanges.get(number);
    }

    /** The latest exchange. */
    Exchange last() {
        return exchanges.get(exchanges.size() - 1);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        Exchange exchange = new Exchange((BodyHandler<Object>) handler);
        exchanges.add(exchange);
        script.accept(exchange);
        return (CompletableFuture<HttpResponse<T>>) (CompletableFuture<?>) exchange.response;
    }

    /** One exchange. */
    static final class Exchange implements Flow.Subscription {
        /** How often the exchange was cancelled, through the future or through the subscription of the body. */
        final AtomicInteger cancels = new AtomicInteger();

        final CompletableFuture<Object> response = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                cancels.incrementAndGet();
                return super.cancel(mayInterrupt);
            }
        };
        /** How many chunks were asked for. */
        final AtomicLong asked = new AtomicLong();

        private final BodyHandler<Object> handler;
        private volatile BodySubscriber<Object> body;
        volatile boolean cancelled;
        volatile Runnable whenAsked = () -> {};

        Exchange(BodyHandler<Object> handler) {
            this.handler = handler;
        }

        boolean isClosed() {
            return cancelled || response.isCancelled();
        }

        /** The status line and the headers come; the future completes before the body, as the JDK's does. */
        Exchange head(int status, String... namesAndValues) {
            begin(status, namesAndValues).onSubscribe(this);
            return this;
        }

        BodySubscriber<Object> begin(int status, String... namesAndValues) {
            Map<String, List<String>> headers = new HashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
            }
            BodySubscriber<Object> begun = apply(status, headers);
            response.complete(begun);
            return begun;
        }

        /** The head has come, but neither has the body begun nor the future completed. */
        BodySubscriber<Object> apply(int status, Map<String, List<String>> headers) {
            body = handler.apply(new Head(status, HttpHeaders.of(headers, (name, value) -> true)));
            return body;
        }

        Exchange chunk(String text) {
            return chunk(ByteBuffer.wrap(text.getBytes(UTF_8)).asReadOnlyBuffer());
        }

        Exchange chunk(ByteBuffer... buffers) {
            body.onNext(List.of(buffers));
            return this;
        }

        void complete() {
            body.onComplete();
        }

        /** The exchange fails in the middle of the body. */
        void fail(Throwable thrown) {
            body.onError(thrown);
        }

        /** The exchange fails before the status line. */
        void failBeforeHead(Throwable thrown) {
            response.completeExceptionally(thrown);
        }

        @Override
        public void request(long n) {
            asked.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            whenAsked.run();
        }

        @Override
        public void cancel() {
            cancels.incrementAndGet();
            cancelled = true;
        }
    }

    private record Head(int statusCode, HttpHeaders headers) implements ResponseInfo {
        @Override
        public Version version() {
            return Version.HTTP_1_1;
        }
    }

    // ---- methods that are not called

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return Optional.empty();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return Optional.empty();
    }

    @Override
    public Redirect followRedirects() {
        return Redirect.NEVER;
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return Optional.empty();
    }

    @Override
    public SSLContext sslContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SSLParameters sslParameters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return Optional.empty();
    }

    @Override
    public Version version() {
        return Version.HTTP_1_1;
    }

    @Override
    public Optional<Executor> executor() {
        return Optional.empty();
    }
}
