package dev.postern.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.HttpTransport;
import dev.postern.http.Operation;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tasks that run on the selector thread are forgotten when their exchange ends, however it ends. */
@Timeout(60)
class ClientTasksTest {
    private final ClientTasks tasks = new ClientTasks();
    private final HttpTransport transport = HttpTransport.builder()
            .httpClient(HttpClient.newBuilder().executor(tasks).build())
            .retries(RetryPolicy.none())
            .build();
    private final CountDownLatch learned = new CountDownLatch(1);

    @AfterEach
    void close() {
        learned.countDown();
        transport.close();
    }

    /** Each chunk is an item; {@code '.'} ends the answer. */
    private static final class Chunks implements Decoder<Integer> {
        private Phase phase = Phase.OPEN;

        @Override
        public void decode(ByteBuffer bytes, Consumer<? super Integer> out) {
            while (bytes.hasRemaining()) {
                if (bytes.get() == '.') {
                    phase = Phase.DONE;
                }
            }
            out.accept(1);
        }

        @Override
        public void end(Consumer<? super Integer> out) {
            if (phase == Phase.OPEN) {
                throw new LlmException(Kind.INCOMPLETE_STREAM, "the answer was cut");
            }
        }

        @Override
        public Phase phase() {
            return phase;
        }
    }

    private record Call(URI uri) implements Operation<Integer> {
        @Override
        public HttpCall call() {
            return HttpCall.get(uri, Map.of());
        }

        @Override
        public Decoder<Integer> decoder(HttpReply head) {
            return new Chunks();
        }

        @Override
        public LlmException error(HttpReply reply) {
            return new LlmException(Kind.PROTOCOL, "status " + reply.status());
        }

        @Override
        public boolean isStream() {
            return true;
        }

        @Override
        public Timeouts timeouts() {
            return Timeouts.defaults();
        }
    }

    /** Counts the tasks as soon as one has been learned. */
    private class Counting implements NonBlockingSubscriber<Integer> {
        private final CompletableFuture<Integer> end = new CompletableFuture<>();
        private volatile int most;
        volatile Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer item) {
            most = Math.max(most, tasks.size());
            if (most > 0) {
                learned.countDown();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            end.complete(0);
        }

        @Override
        public void onComplete() {
            end.complete(1);
        }
    }

    private ScriptedServer server(String last) {
        return new ScriptedServer(exchange -> {
            exchange.beginChunked(200, "text/plain");
            for (int i = 0; i < 1000 && !learned.await(10, TimeUnit.MILLISECONDS); i++) {
                exchange.chunk("i");
            }
            if (last.isEmpty()) {
                exchange.awaitPeerClosed();
            } else if (last.equals("reset")) {
                exchange.reset();
            } else {
                exchange.chunk(last).lastChunk();
            }
        });
    }

    private Counting subscribed(ScriptedServer server) {
        Counting counting = new Counting();
        transport.stream(new Call(server.uri())).subscribe(counting);
        return counting;
    }

    /** The end of the exchange may be signalled just after the end of the answer. */
    private void assertThatNothingIsKept() throws InterruptedException {
        for (int i = 0; i < 3000 && tasks.size() > 0; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(tasks.size()).isZero();
    }

    @Test
    void nothingIsKeptAfterAGoodEnd() throws Exception {
        try (ScriptedServer server = server(".")) {
            Counting counting = subscribed(server);

            assertThat(counting.end.get(30, TimeUnit.SECONDS)).isOne();
            assertThat(counting.most).isOne();
            assertThatNothingIsKept();
        }
    }

    @Test
    void nothingIsKeptAfterACut() throws Exception {
        try (ScriptedServer server = server("reset")) {
            Counting counting = subscribed(server);

            assertThat(counting.end.get(30, TimeUnit.SECONDS)).isZero();
            assertThat(counting.most).isOne();
            assertThatNothingIsKept();
        }
    }

    @Test
    void nothingIsKeptAfterACancel() throws Exception {
        try (ScriptedServer server = server("")) {
            Counting counting = subscribed(server);
            assertThat(learned.await(30, TimeUnit.SECONDS)).isTrue();
            counting.subscription.cancel();

            assertThat(tasks.size()).isZero();
        }
    }
}
