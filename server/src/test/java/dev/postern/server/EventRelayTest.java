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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final BlockingQueue<EventRelay<String>> begun = new LinkedBlockingQueue<>();
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
        return serve(router);
    }

    private static GatewayServer serve(Router router) throws IOException {
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

    /** The library counts pieces, whatever their size is, so thousands of clients that read nothing would fill the heap. */
    @Test
    void fewLargeEventsWaitForAClientThatReadsNothing() throws Exception {
        String large = "x".repeat(4 << 20);
        AtomicInteger requested = new AtomicInteger();
        Semaphore wanted = new Semaphore(0);
        Thread source = new Thread(() -> {
            try {
                EventRelay<String> relay = begun.take();
                while (true) {
                    wanted.acquire();
                    requested.incrementAndGet();
                    relay.onNext(large);
                }
            } catch (InterruptedException e) {
                // the end of the test
            }
        });
        source.start();
        Router router = new Router().get("/", exchange -> {
            exchange.atEnd(ended::countDown);
            EventRelay<String> relay = EventRelay.start(exchange, new CutStream(), LIMITS, Duration.ZERO);
            begun.add(relay);
            relay.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    wanted.release((int) count);
                }

                @Override
                public void cancel() {}
            });
        });
        try (GatewayServer server = serve(router);
                RawClient client = new RawClient(server.port())) {
            client.request("GET", "/", "");
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(requested).as("sockets hold some megabytes").hasValueLessThan(10);
        } finally {
            source.interrupt();
        }
    }
}
