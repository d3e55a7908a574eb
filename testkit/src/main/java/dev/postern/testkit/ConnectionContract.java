package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The part of {@link ProviderContract} on connections and cancellation. Extend that class. */
public abstract sealed class ConnectionContract extends AnswerContract permits CutContract {
    private static final int MANY_STREAMS = 1000;

    /** For the next part. */
    ConnectionContract() {}

    @Test
    void sequentialCallsShareAConnection() {
        ScriptedServer server = server(exchange -> answer("again").to(exchange));
        LlmProvider provider = patient(server);

        for (int call = 0; call < 5; call++) {
            provider.completions(request());
        }

        assertThat(server.requests()).hasSize(5);
        assertThat(server.connections()).isOne();
    }

    /**
     * A stream can complete shortly before its connection is free, so some streams may open another one: fewer than
     * half of them. On a busy machine that may take more than 12 streams.
     */
    @Test
    void sequentialStreamsShareConnections() {
        ScriptedServer server = server(exchange -> stream(exchange, "again"));
        LlmProvider provider = patient(server);

        int calls = 0;
        while (calls < 12 || (calls < 100 && server.connections() * 2 >= calls)) {
            Recorder.of(provider.stream(request())).awaitComplete();
            calls++;
        }

        assertThat(server.requests()).hasSize(calls);
        assertThat(server.connections() * 2).isLessThan(calls);
    }

    @Test
    void aThousandIdleStreamsNeedFewThreads() {
        CountDownLatch ready = new CountDownLatch(MANY_STREAMS);
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "here");
            exchange.hold();
            ready.countDown();
        });
        LlmProvider provider = patient(server);
        List<Recorder<StreamEvent>> streams = new ArrayList<>();
        int before = ManagementFactory.getThreadMXBean().getThreadCount();

        for (int i = 0; i < MANY_STREAMS; i++) {
            Recorder<StreamEvent> stream = Recorder.<StreamEvent>requesting(2).on(provider.stream(request()));
            stream.awaitItems(1);
            streams.add(stream);
        }

        assertThat(server.connections()).isEqualTo(MANY_STREAMS);
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before)
                .isLessThan(50);
        streams.forEach(Recorder::cancel);
        server.exchange(0).awaitPeerClosed();
        server.exchange(MANY_STREAMS - 1).awaitPeerClosed();
        streams.forEach(Recorder::assertNoViolations);
    }

    @Test
    void closingTheProviderEndsRunningCalls() {
        ScriptedServer server = server(
                exchange -> {
                    openStream(exchange, "here");
                    exchange.hold();
                },
                WireExchange::hold);
        LlmProvider provider = patient(server);
        Recorder<StreamEvent> stream = Recorder.of(provider.stream(request()));
        stream.awaitItems(1);
        CompletableFuture<CompletionResponse> answer = provider.completionsAsync(request());
        server.exchange(1);

        provider.close();

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.CANCELLED);
        assertThat(failure(answer).kind()).isEqualTo(Kind.CANCELLED);
        server.exchange(0).awaitPeerClosed();
        server.exchange(1).awaitPeerClosed();
        provider.close();
    }

    @Test
    void cancellingAStreamClosesItsConnection() {
        ScriptedServer server = server(exchange -> {
            openStream(exchange, "here");
            exchange.hold();
        });
        Recorder<StreamEvent> stream = Recorder.of(patient(server).stream(request()));
        stream.awaitItems(1);

        stream.cancel();

        assertClosedSoon(server.exchange(0));
        stream.assertNoViolations();
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void cancellingBeforeTheStatusLineClosesTheConnection() {
        ScriptedServer server = server(WireExchange::hold);
        Recorder<StreamEvent> stream = Recorder.of(patient(server).stream(request()));
        WireExchange exchange = server.exchange(0);

        stream.cancel();

        assertClosedSoon(exchange);
        assertThat(stream.isOver()).isFalse();
    }

    @Test
    void cancellingTheFutureClosesTheConnection() {
        ScriptedServer server = server(
                WireExchange::hold,
                exchange -> exchange.head(200, "Content-Type: " + answer("").mediaType(), "Content-Length: 1000")
                        .send("{")
                        .hold());
        LlmProvider provider = patient(server);

        for (int call = 0; call < 2; call++) {
            CompletableFuture<CompletionResponse> answer = provider.completionsAsync(request());
            WireExchange exchange = server.exchange(call);

            assertThat(answer.cancel(true)).isTrue();

            assertClosedSoon(exchange);
        }
    }

    @Test
    void anInterruptEndsABlockingCallAndKeepsTheStatus() throws Exception {
        ScriptedServer server = server(WireExchange::hold);
        LlmProvider provider = patient(server);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                provider.completions(request());
            } catch (Throwable e) {
                thrown.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        WireExchange exchange = server.exchange(0);

        caller.interrupt();
        caller.join(30_000);

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(interrupted).isTrue();
        assertClosedSoon(exchange);
    }
}
