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

/** Over a client of the JDK's, made when it is first needed: most applications find their credentials without it. */
final class JdkAwsHttp implements AwsHttp {
    private static final int MAX_BODY_BYTES = 64 << 10;

    private @Nullable HttpClient client; // guarded by this

    @Override
    public HttpReply send(HttpCall call, Duration patience) throws IOException {
        // Not HttpRequest.timeout: up to JDK 25 it ends at the headers.
        CompletableFuture<HttpResponse<byte[]>> exchange = client().sendAsync(request(call), head -> new Body());
        try {
            HttpResponse<byte[]> answer = exchange.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new HttpReply(call.uri(), answer.statusCode(), answer.headers(), answer.body());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw CredentialsPlace.interrupted(e);
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
                    .proxy(new NoProxyInCleartext())
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
            } catch (IllegalArgumentException e) { // not as the cause: it shows the value
                throw new LlmException(
                        Kind.CONFIGURATION,
                        "The header " + name + " cannot be sent to " + HttpCall.shown(call.uri())
                                + ": its value holds characters that HTTP does not allow, such as a line break.");
            }
        });
        return request.build();
    }

    /** What comes in cleartext comes from this machine or its host, and its secrets are not for a proxy. */
    private static final class NoProxyInCleartext extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            ProxySelector usual = ProxySelector.getDefault();
            return usual == null || "http".equalsIgnoreCase(uri.getScheme())
                    ? List.of(Proxy.NO_PROXY)
                    : usual.select(uri);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            ProxySelector usual = ProxySelector.getDefault();
            if (usual != null) {
                usual.connectFailed(uri, address, failure);
            }
        }
    }

    /** Collects a small body, and hangs up on a large one. */
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
