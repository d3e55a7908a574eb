package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.testkit.ScriptedServer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code that could stop the HTTP client's selector thread, and with it all calls of the client. */
@Timeout(60)
class SelectorThreadTest {
    /** An item was delivered by the selector thread. */
    private final CountDownLatch onSelector = new CountDownLatch(1);
    /** Lines until the selector thread has delivered one, then a last one. */
    private final ScriptedServer slow = new ScriptedServer(exchange -> {
        exchange.beginChunked(200, "text/plain");
        for (int i = 0; i < 1000 && !onSelector.await(10, TimeUnit.MILLISECONDS); i++) {
            exchange.chunk("i\n");
        }
        exchange.chunk("last\nDONE\n").lastChunk();
    });

    private final ScriptedServer quick = new ScriptedServer(exchange -> exchange.beginChunked(200, "text/plain")
            .chunk("a\n")
            .chunk("DONE\n")
            .lastChunk());

    private final HttpTransport transport =
            HttpTransport.builder().retries(RetryPolicy.none()).build();

    @AfterEach
    void close() {
        onSelector.countDown();
        transport.close();
        slow.close();
        quick.close();
    }

    /** A subscriber that runs this once, on the selector thread. */
    private ThreadNotes onceOnSelector(Consumer<String> action) {
        AtomicBoolean done = new AtomicBoolean();
        return new ThreadNotes.Promised(item -> {
            if (ThreadNotes.onSelector() && done.compareAndSet(false, true)) {
                try {
                    action.accept(item);
                } finally {
                    onSelector.countDown();
                }
            }
        });
    }

    private void assertThatACallSucceeds() throws Exception {
        ThreadNotes other = new ThreadNotes(item -> {});
        transport.stream(new LineCall(quick.uri())).subscribe(other);
        other.end();
        assertThat(other.items).containsExactly("a", "end");
    }

    @Test
    void aTaskOfAUserThatBlocksDelaysNoOtherCall() throws Exception {
        Executor ofClient = transport.client().executor().orElseThrow();
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> ran = new CompletableFuture<>();
        ThreadNotes first = onceOnSelector(item -> {
            for (Executor each : List.of(ofClient, CompletableFuture.delayedExecutor(0, TimeUnit.SECONDS, ofClient))) {
                var unused = CompletableFuture.supplyAsync(
                        () -> {
                            ran.complete(Thread.currentThread().getName());
                            try {
                                return release.await(30, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        each);
            }
        });
        transport.stream(new LineCall(slow.uri())).subscribe(first);

        assertThat(ran.get(30, TimeUnit.SECONDS)).startsWith("postern-");
        assertThatACallSucceeds();
        first.end();
        assertThat(release.getCount()).isOne();
        release.countDown();
    }

    @Test
    void aBlockingCallOnTheSelectorThreadFailsAtOnce() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        ThreadNotes first = onceOnSelector(item ->
                thrown.complete(catchThrowable(() -> LlmProvider.await(transport.send(new LineCall(quick.uri()))))));
        transport.stream(new LineCall(slow.uri())).subscribe(first);

        assertThat(thrown.get(30, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("A blocking call would block inside onNext of a NonBlockingSubscriber")
                .hasMessageContaining("Make the call on another thread");
        first.end();
        assertThatACallSucceeds();
    }

    @Test
    void anInterruptLeftOnTheSelectorThreadIsCleared() throws Exception {
        ThreadNotes first = onceOnSelector(item -> Thread.currentThread().interrupt());
        transport.stream(new LineCall(slow.uri())).subscribe(first);

        first.end();
        assertThat(first.items).contains("last", "end");
        assertThatACallSucceeds();
    }

    @Test
    void anInterruptLeftByAPlainSubscriberHarmsNoOtherCall() throws Exception {
        for (int i = 0; i < 20; i++) {
            ThreadNotes rude = new ThreadNotes(item -> Thread.currentThread().interrupt());
            transport.stream(new LineCall(quick.uri())).subscribe(rude);

            rude.end();
            assertThat(rude.items).containsExactly("a", "end");
            assertThatACallSucceeds();
        }
    }

    @Test
    void anInterruptThatTheCallerBroughtAlongStaysSet() throws Exception {
        ThreadNotes notes = new ThreadNotes.Promised(item -> {});
        Thread caller = new Thread(() -> {
            Thread.currentThread().interrupt();
            transport.stream(new LineCall(quick.uri())).subscribe(notes);
            if (Thread.currentThread().isInterrupted()) {
                onSelector.countDown();
            }
        });
        caller.start();

        assertThat(onSelector.await(30, TimeUnit.SECONDS)).isTrue();
        notes.end();
    }

    @Test
    void anExecutorOfTheUserRunsWhatMayBlock() throws Exception {
        ExecutorService users = Executors.newCachedThreadPool(work -> new Thread(work, "of the user"));
        Queue<String> calling = new ConcurrentLinkedQueue<>();
        LineCall call = new LineCall(quick.uri()) {
            @Override
            public boolean mayBlock() {
                return true;
            }

            @Override
            public HttpCall call() {
                calling.add(Thread.currentThread().getName());
                return super.call();
            }
        };
        try (HttpTransport own = HttpTransport.builder().executor(users).build()) {
            ThreadNotes plain = new ThreadNotes(item -> {});
            own.stream(call).subscribe(plain);
            assertThat(plain.end()).isEqualTo("of the user");
            assertThat(plain.threads).hasSize(2).containsOnly("of the user");

            CountDownLatch dependent = new CountDownLatch(1);
            CompletableFuture<String> answered = own.send(call.decoder(head ->
                            new WholeBody<>(head, 100, (reply, out) -> {
                                try { // else the dependent stage could be added to a complete future
                                    dependent.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                out.accept(reply.text());
                            })))
                    .thenApply(text -> Thread.currentThread().getName());
            dependent.countDown();
            assertThat(answered.get(30, TimeUnit.SECONDS)).isEqualTo("of the user");
        } finally {
            users.shutdown();
        }
        assertThat(calling).containsOnly("of the user").hasSize(2);
    }

    /** The timer of the retry delay runs on a thread of the library. */
    @Test
    void anExecutorOfTheUserRunsTheEndAfterARetryDelay() throws Exception {
        ExecutorService users = Executors.newCachedThreadPool(work -> new Thread(work, "of the user"));
        AtomicInteger answers = new AtomicInteger();
        try (ScriptedServer failing = new ScriptedServer(exchange -> {
                    answers.incrementAndGet();
                    exchange.beginChunked(500, "text/plain").chunk("no").lastChunk();
                });
                HttpTransport own =
                        HttpTransport.builder().executor(users).random(() -> 0).build()) {
            CompletableFuture<String> end = new CompletableFuture<>();
            ThreadNotes plain = new ThreadNotes(item -> {}) {
                @Override
                public void onError(Throwable thrown) {
                    end.complete(Thread.currentThread().getName());
                }
            };
            own.stream(new LineCall(failing.uri()) {
                        @Override
                        public Timeouts timeouts() {
                            if (answers.get() > 0) {
                                throw new IllegalStateException("the second attempt cannot begin");
                            }
                            return super.timeouts();
                        }
                    })
                    .subscribe(plain);

            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("of the user");
            assertThat(answers).hasValue(1);
        } finally {
            users.shutdown();
        }
    }

    @Test
    void withAnExecutorOfTheUserAPromisedSubscriberIsStillCalledOnTheSelectorThread() throws Exception {
        ExecutorService users = Executors.newCachedThreadPool(work -> new Thread(work, "of the user"));
        try (HttpTransport own = HttpTransport.builder().executor(users).build()) {
            ThreadNotes promised = onceOnSelector(item -> {});
            own.stream(new LineCall(slow.uri())).subscribe(promised);

            assertThat(promised.end()).isEqualTo("of the user");
            assertThat(promised.threads).anyMatch(ThreadNotes::isSelector);
        } finally {
            users.shutdown();
        }
    }
}
