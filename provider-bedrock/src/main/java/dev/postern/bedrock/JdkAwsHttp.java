package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Uses the JDK's client, which is created at the first call, because most applications do not need it. */
final class JdkAwsHttp implements AwsHttp {
    private static final int MAX_BODY_BYTES = 64 << 10;

    private @Nullable HttpClient client; // guarded by this

    @Override
    public HttpReply send(HttpCall call, Duration timeout) throws IOException {
        // HttpRequest.timeout is not enough: up to JDK 25 it does not cover the body.
        CompletableFuture<HttpResponse<byte[]>> exchange = client().sendAsync(request(call), head -> new Body());
        try {
            HttpResponse<byte[]> answer = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new HttpReply(call.uri(), answer.statusCode(), answer.headers(), answer.body());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw CredentialsLocation.interrupted(e);
        } finally {
            exchange.cancel(true);
        }
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(new NoProxyWithoutTls())
                    .build();
            client = made;
        }
        return made;
    }

    private static HttpRequest request(HttpCall call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .method(
                        call.method(),
                        call.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()));
        call.headers().forEach((name, value) -> {
            try {
                request.setHeader(name, value);
            } catch (IllegalArgumentException e) { // not the cause of the failure, because its message has the value
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "The header " + name + " cannot be sent to " + HttpCall.shown(call.uri())
                                + ": its value contains characters that HTTP does not allow, such as a line break.");
            }
        });
        return request.build();
    }

    /**
     * Uses no proxy for plain HTTP. Such services are on this machine or its host, and a proxy could read the secrets.
     */
    private static final class NoProxyWithoutTls extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            ProxySelector defaultSelector = ProxySelector.getDefault();
            return defaultSelector == null || "http".equalsIgnoreCase(uri.getScheme())
                    ? List.of(Proxy.NO_PROXY)
                    : defaultSelector.select(uri);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            ProxySelector defaultSelector = ProxySelector.getDefault();
            if (defaultSelector != null) {
                defaultSelector.connectFailed(uri, address, failure);
            }
        }
    }

    /** Collects a small body, and closes the connection if the body is too large. */
    private static final class Body implements BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription upstream) {
            subscription = upstream;
            upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> chunk) {
            for (ByteBuffer next : chunk) {
                if (bytes.size() + next.remaining() > MAX_BODY_BYTES) {
                    body.completeExceptionally(
                            new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes"));
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    return;
                }
                byte[] copy = new byte[next.remaining()];
                next.get(copy);
                bytes.writeBytes(copy);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            body.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
