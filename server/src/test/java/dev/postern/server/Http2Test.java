package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.HttpFailure;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.http.TlsPem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of HTTP/2. Their connection stays open for other requests when a request is refused or an answer is cut off. */
@Timeout(120)
class Http2Test {
    private static final long NO_ERROR = 0;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions()
            .setSsl(true)
            .setTrustAll(true)
            .setVerifyHost(false)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2));
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    private GatewayServer server;

    @BeforeEach
    void start() throws Exception {
        NettyLog.quiet();
        KeyStore store = TestCertificate.create(folder, "server", "EC");
        Router router = new Router()
                .post("/", exchange -> exchange.json(200, exchange.body()))
                .get("/cut", exchange -> {
                    exchange.atEnd(ended::countDown);
                    EventRelay.start(exchange, new CutStream(), Limits.defaults(), Duration.ZERO)
                            .onError(new LlmException(LlmException.Kind.SERVER, "for a test"));
                })
                .get("/early", exchange -> exchange.empty(204, Map.of()));
        AccessCheck access = exchange -> exchange.header("Authorization").isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(HttpFailure.of(401, "The key is not known."));
        server = GatewayServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(new TlsPem(TestCertificate.certificate(store), TestCertificate.key(store))),
                router,
                access,
                exchange -> {},
                Limits.defaults());
    }

    @AfterEach
    void stop() throws Exception {
        client.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        server.close();
    }

    private HttpClientRequest request(HttpMethod method, String path) throws Exception {
        return client.request(method, server.port(), "127.0.0.1", path)
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    /** Begins to send a body, of a size that is not announced if it is negative, and returns the status. */
    private int upload(HttpMethod method, String path, long size, Map<String, String> headers) throws Exception {
        HttpClientRequest request = request(method, path);
        headers.forEach(request::putHeader);
        if (size >= 0) {
            request.putHeader("Content-Length", Long.toString(size));
        }
        request.exceptionHandler(stopped::complete);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        request.response().onComplete(answer -> {
            if (answer.succeeded()) {
                answer.result().exceptionHandler(stopped::complete);
                status.complete(answer.result().statusCode());
            } else {
                status.completeExceptionally(answer.cause());
            }
        });
        request.write(Buffer.buffer("{"));
        int answered = status.get(30, TimeUnit.SECONDS);
        sendMore(request);
        return answered;
    }

    private void sendMore(HttpClientRequest request) {
        if (!stopped.isDone()) {
            request.write(Buffer.buffer(new byte[8 << 10])).onComplete(written -> {
                if (written.failed()) {
                    stopped.complete(written.cause());
                } else {
                    sendMore(request);
                }
            });
        }
    }

    private void assertStopped() throws Exception {
        Throwable reason = stopped.get(30, TimeUnit.SECONDS);
        assertThat(reason).isInstanceOf(StreamResetException.class);
        assertThat(((StreamResetException) reason).getCode()).isEqualTo(NO_ERROR);
    }

    @Test
    void aBodyThatIsTooLargeIsStopped() throws Exception {
        assertThat(upload(HttpMethod.POST, "/", 100L << 30, Map.of())).isEqualTo(413);
        assertStopped();
    }

    @Test
    void theBodyOfARequestWithoutAKeyIsStopped() throws Exception {
        assertThat(upload(HttpMethod.POST, "/", -1, Map.of("Authorization", "Bearer x")))
                .isEqualTo(401);
        assertStopped();
    }

    @Test
    void theBodyOfAnUnknownPathIsStopped() throws Exception {
        assertThat(upload(HttpMethod.POST, "/unknown", 100L << 30, Map.of())).isEqualTo(404);
        assertStopped();
    }

    @Test
    void theBodyOfARequestThatNeedsNoneIsStopped() throws Exception {
        assertThat(upload(HttpMethod.GET, "/early", -1, Map.of())).isEqualTo(204);
        assertStopped();
    }

    /** A cut answer must end its exchange; otherwise its place and its memory are lost. */
    @Test
    void anAnswerThatIsCutOffEndsItsRequest() throws Exception {
        HttpClientRequest request = request(HttpMethod.GET, "/cut");
        request.response().onSuccess(answer -> answer.exceptionHandler(stopped::complete));
        request.end();

        assertThat(stopped.get(30, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void otherRequestsOfTheConnectionAreAnswered() throws Exception {
        assertThat(upload(HttpMethod.POST, "/", 100L << 30, Map.of())).isEqualTo(413);
        assertStopped();
        HttpClientRequest next = request(HttpMethod.POST, "/");
        Buffer echo = next.send(Buffer.buffer("[1]"))
                .compose(answer -> answer.body())
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(echo.toString()).isEqualTo("[1]");
    }
}
