package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.EventFormat;
import dev.postern.server.http.EventRelay;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams whose events are given to the relay directly. */
@Timeout(120)
class EventRelayTest {
    private static final Limits LIMITS = Limits.defaults()
            .withWriteTime(Duration.ofMillis(500))
            .withSilence(Duration.ofHours(1), Duration.ofHours(1));

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private GatewayServer serve(EventFormat<String> format, Consumer<EventRelay<String>> events) throws IOException {
        Router router = new Router().get("/", exchange -> {
            exchange.atEnd(ended::countDown);
            EventRelay<String> relay = EventRelay.start(exchange, format, LIMITS, Duration.ZERO);
            relay.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {
                    cancelled.countDown();
                }
            });
            events.accept(relay);
        });
        return GatewayServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                router,
                AccessCheck.NONE,
                exchange -> {},
                LIMITS);
    }

    @Test
    void aFailureWhileTheEndIsWrittenClosesTheStream() throws Exception {
        EventFormat<String> format = new CutStream() {
            @Override
            public Ending failed(LlmException failure) {
                throw new IllegalStateException("for a test");
            }
        };
        try (LogLines log = new LogLines();
                GatewayServer server = serve(
                        format, relay -> relay.onError(new LlmException(LlmException.Kind.SERVER, "for a test")));
                RawClient client = new RawClient(server.port())) {
            assertThat(client.request("GET", "/", "").rest()).doesNotEndWith("0\r\n\r\n");
            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(log.lines()).noneMatch(line -> line.contains("the client is gone"));
        }
    }

    @Test
    void aClientThatDoesNotReadTheEndIsCutOff() throws Exception {
        try (LogLines log = new LogLines();
                GatewayServer server = serve(new CutStream(), relay -> {
                    relay.onNext("x".repeat(32 << 20)); // more than sockets hold
                    relay.onComplete();
                });
                RawClient client = new RawClient(server.port())) {
            client.request("GET", "/", "");
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(log.lines())
                    .as("the server cuts the connection, not the client")
                    .anyMatch(line -> line.endsWith("(the client read too slowly)"));
        }
    }
}
