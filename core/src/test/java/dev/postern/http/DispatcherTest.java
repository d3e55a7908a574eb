package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.EventStream;
import dev.postern.NonBlockingSubscriber;
import dev.postern.Timeouts;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.SharedHttpClient;
import dev.postern.testkit.ScriptedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which thread calls which code: nothing that may block runs on the selector thread. */
@Timeout(60)
class DispatcherTest {
    private static final String SELECTOR = "SelectorManager";

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch proceed = new CountDownLatch(1);
    /** Sends two items, waits until the client has delivered one, and sends a third. */
    private final ScriptedServer server = new ScriptedServer(exchange -> {
        requests.incrementAndGet();
        exchange.beginChunked(200, "text/plain").chunk("a\nb\n");
        assertThat(proceed.await(30, TimeUnit.SECONDS)).isTrue();
        exchange.chunk("c\nDONE\n").lastChunk();
    });

    /** The selector thread has delivered an item. */
    private final CountDownLatch onSelector = new CountDownLatch(1);
    /** Lines that the slow server has sent. */
    private final AtomicInteger sent = new AtomicInteger();
    /** Sends lines until the selector thread has delivered one, then a last one. The end is an item as well. */
    private final ScriptedServer slow = new ScriptedServer(exchange -> {
        exchange.beginChunked(200, "text/plain");
        for (int i = 0; i < 1000 && !onSelector.await(10, TimeUnit.MILLISECONDS); i++) {
            exchange.chunk("i\n");
            sent.incrementAndGet();
        }
        sent.incrementAndGet();
        exchange.chunk("last\nDONE\n").lastChunk();
    });

    private final HttpTransport transport =
            HttpTransport.builder().retries(RetryPolicy.none()).build();

    @AfterEach
    void close() {
        proceed.countDown();
        onSelector.countDown();
        transport.close();
        server.close();
        slow.close();
    }

    private LineCall slowCall() {
        return new LineCall(slow.uri());
    }

    private LineCall call() {
        return new LineCall(server.uri());
    }

    /** Records the thread of each signal. */
    private class Recording implements Flow.Subscriber<String> {
        final Queue<Thread> onSubscribe = new ConcurrentLinkedQueue<>();
        final Queue<Thread> onNext = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Thread> end = new CompletableFuture<>();
        final Consumer<String> action;
        volatile Flow.Subscription subscription;

        Recording(Consumer<String> action) {
            this.action = action;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            onSubscribe.add(Thread.currentThread());
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String item) {
            onNext.add(Thread.currentThread());
            proceed.countDown();
            if (onSelector()) {
                onSelector.countDown();
            }
            action.accept(item);
        }

        @Override
        public void onError(Throwable thrown) {
            end.complete(Thread.currentThread());
        }

        @Override
        public void onComplete() {
            end.complete(Thread.currentThread());
        }

        Thread end() throws Exception {
            return end.get(30, TimeUnit.SECONDS);
        }
    }

    private final class NonBlocking extends Recording implements NonBlockingSubscriber<String> {
        NonBlocking(Consumer<String> action) {
            super(action);
        }
    }

    private static boolean onSelector() {
        return Thread.currentThread().getName().contains(SELECTOR);
    }

    private static List<String> names(Queue<Thread> threads) {
        return threads.stream().map(Thread::getName).toList();
    }

    @Test
    void aPlainSubscriberIsNotCalledOnTheSelectorThread() throws Exception {
        Recording subscriber = new Recording(item -> {});
        transport.stream(call()).subscribe(subscriber);

        assertThat(subscriber.end().getName()).doesNotContain(SELECTOR);
        assertThat(names(subscriber.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
    }

    /** Fails if the JDK has changed what {@code ClientTasks} relies on: all still works, but more slowly. */
    @Test
    void aNonBlockingSubscriberIsCalledOnTheSelectorThread() throws Exception {
        Recording subscriber = new NonBlocking(item -> {});
        transport.stream(slowCall()).subscribe(subscriber);

        assertThat(subscriber.end().getName()).doesNotContain(SELECTOR);
        assertThat(names(subscriber.onSubscribe)).noneMatch(name -> name.contains(SELECTOR));
        assertThat(names(subscriber.onNext)).hasSize(sent.get() + 1).anyMatch(name -> name.contains(SELECTOR));
    }

    @Test
    void aSubscriberThatIsNotNonBlockingIsNotCalledOnTheSelectorThread() throws Exception {
        class Unsure extends Recording implements NonBlockingSubscriber<String> {
            Unsure() {
                super(item -> {});
            }

            @Override
            public boolean isNonBlocking() {
                return false;
            }
        }
        Unsure subscriber = new Unsure();
        transport.stream(call()).subscribe(subscriber);
        subscriber.end();

        assertThat(names(subscriber.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
    }

    @Test
    void aSubscriberThatBlocksDelaysNoOtherStream() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Recording blocking = new Recording(item -> {
            blocked.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        transport.stream(call()).subscribe(blocking);
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

        Recording plain = new Recording(item -> {});
        transport.stream(call()).subscribe(plain);
        Recording promising = new NonBlocking(item -> {});
        transport.stream(call()).subscribe(promising);
        plain.end();
        promising.end();

        assertThat(blocking.onNext).hasSize(1);
        release.countDown();
        blocking.end();
        assertThat(blocking.onNext).hasSize(4);
    }

    @Test
    void dependentStagesDoNotRunOnTheSelectorThread() throws Exception {
        try (ScriptedServer whole = new ScriptedServer(exchange ->
                exchange.beginChunked(200, "text/plain").chunk("DONE\n").lastChunk())) {
            String thread = transport
                    .send(new LineCall(whole.uri()))
                    .thenApply(item -> Thread.currentThread().getName())
                    .get(30, TimeUnit.SECONDS);

            assertThat(thread).doesNotContain(SELECTOR);
        }
    }

    @Test
    void theNextAttemptIsNotMadeOnTheSelectorThread() throws Exception {
        AtomicInteger count = new AtomicInteger();
        Queue<Thread> calling = new ConcurrentLinkedQueue<>();
        try (ScriptedServer failing = new ScriptedServer(exchange -> {
                    if (count.getAndIncrement() == 0) {
                        exchange.beginChunked(500, "text/plain").chunk("no").lastChunk();
                    } else {
                        exchange.beginChunked(200, "text/plain")
                                .chunk("a\nDONE\n")
                                .lastChunk();
                    }
                });
                HttpTransport stubborn = HttpTransport.builder()
                        .random(() -> 0)
                        .retries(RetryPolicy.defaults())
                        .build()) {
            Recording subscriber = new NonBlocking(item -> {});
            stubborn.stream(new LineCall(failing.uri()) {
                        @Override
                        public HttpCall call() { // may look up credentials, over HTTP
                            calling.add(Thread.currentThread());
                            return super.call();
                        }
                    })
                    .subscribe(subscriber);
            subscriber.end();
        }

        assertThat(names(calling)).hasSize(2).noneMatch(name -> name.contains(SELECTOR));
    }

    @Test
    void aCallFromTheSelectorThreadBeginsOnAnotherThread() throws Exception {
        Queue<Thread> calling = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> wasOnSelector = new CompletableFuture<>();
        Recording second = new Recording(item -> {});
        Recording first = new NonBlocking(item -> {
            if (onSelector() && wasOnSelector.complete(true)) {
                transport.stream(new LineCall(server.uri()) {
                            @Override
                            public HttpCall call() {
                                calling.add(Thread.currentThread());
                                return super.call();
                            }
                        })
                        .subscribe(second);
            }
        });
        transport.stream(slowCall()).subscribe(first);

        assertThat(wasOnSelector.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.end()).isNotNull();
        assertThat(names(calling)).hasSize(1).noneMatch(name -> name.contains(SELECTOR));
    }

    @Test
    void aRequestFromTheSelectorThreadIsServedOnAnotherThread() throws Exception {
        Recording held = new Recording(item -> {}) {
            @Override
            public void onSubscribe(Flow.Subscription begun) {
                subscription = begun;
                begun.request(1);
            }
        };
        CountDownLatch first = new CountDownLatch(1);
        transport.stream(call()).subscribe(new Flow.Subscriber<String>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                held.onSubscribe(subscription);
            }

            @Override
            public void onNext(String item) {
                held.onNext(item);
                first.countDown();
            }

            @Override
            public void onError(Throwable thrown) {
                held.onError(thrown);
            }

            @Override
            public void onComplete() {
                held.onComplete();
            }
        });
        assertThat(first.await(30, TimeUnit.SECONDS)).isTrue(); // "b" is decoded and waits

        Recording asking = new NonBlocking(item -> held.subscription.request(1));
        transport.stream(slowCall()).subscribe(asking);
        asking.end();
        held.subscription.request(100);
        held.end();

        assertThat(names(asking.onNext)).anyMatch(name -> name.contains(SELECTOR));
        assertThat(names(held.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
    }

    /** For example the computations of a TLS handshake. */
    @Test
    void unknownTasksRunInThePool() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        try (SharedHttpClient shared = new SharedHttpClient(Timeouts.defaults().connect())) {
            HttpClient client = shared.get();
            Executor ofClient = client.executor().orElseThrow();
            HttpTransport borrowing = HttpTransport.builder().httpClient(client).build();
            Recording subscriber = new NonBlocking(item -> {
                if (onSelector()) {
                    ofClient.execute(() -> ran.complete(Thread.currentThread()));
                }
            });
            borrowing.stream(slowCall()).subscribe(subscriber);
            subscriber.end();

            assertThat(ran.get(30, TimeUnit.SECONDS).getName()).startsWith("postern-");
        }
    }

    /** An application may use a client that it shares with Postern, for example in its own provider. */
    @Test
    void aBodyThatTheApplicationReadsMayBlock() throws Exception {
        try (SharedHttpClient shared = new SharedHttpClient(Timeouts.defaults().connect())) {
            HttpResponse<String> answer = shared.get()
                    .sendAsync(
                            HttpRequest.newBuilder(server.uri()).build(),
                            info -> HttpResponse.BodySubscribers.mapping(
                                    HttpResponse.BodySubscribers.ofInputStream(), body -> {
                                        proceed.countDown();
                                        try {
                                            return new String(body.readAllBytes(), UTF_8);
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    }))
                    .get(30, TimeUnit.SECONDS);

            assertThat(answer.body()).isEqualTo("a\nb\nc\nDONE\n");
        }
    }

    @Test
    void aStreamOfAnotherTransportBeginsOnAnotherThreadToo() throws Exception {
        Queue<Thread> calling = new ConcurrentLinkedQueue<>();
        CompletableFuture<Boolean> wasOnSelector = new CompletableFuture<>();
        Recording second = new Recording(item -> {});
        try (HttpTransport other =
                HttpTransport.builder().retries(RetryPolicy.none()).build()) {
            Recording first = new NonBlocking(item -> {
                if (onSelector() && wasOnSelector.complete(true)) {
                    other.stream(new LineCall(server.uri()) {
                                @Override
                                public HttpCall call() {
                                    calling.add(Thread.currentThread());
                                    return super.call();
                                }
                            })
                            .subscribe(second);
                }
            });
            transport.stream(slowCall()).subscribe(first);

            assertThat(wasOnSelector.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.end().getName()).doesNotContain(SELECTOR);
        }
        assertThat(names(calling)).hasSize(1).noneMatch(name -> name.contains(SELECTOR));
        assertThat(names(second.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
    }

    /** A waiting caller would notice neither a timeout nor an interrupt during a DNS look-up on its own thread. */
    @Test
    void aCallDoesNotBeginOnTheThreadOfItsCaller() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        Dispatcher.forClient().execute(() -> ran.complete(Thread.currentThread()));

        assertThat(ran.get(30, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread());
    }

    @Test
    void aClientOfTheApplicationKeepsItsThreads() throws Exception {
        HttpTransport borrowing =
                HttpTransport.builder().httpClient(HttpClient.newHttpClient()).build();
        Recording subscriber = new NonBlocking(item -> {});
        borrowing.stream(call()).subscribe(subscriber);
        subscriber.end();

        assertThat(names(subscriber.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
    }

    @Test
    void aTaskOfAUserDoesNotRunOnTheSelectorThread() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        Executor ofClient = transport.client().executor().orElseThrow();
        Recording subscriber = new NonBlocking(item -> {
            if (onSelector()) {
                var unused = CompletableFuture.runAsync(() -> ran.complete(Thread.currentThread()), ofClient);
            }
        });
        transport.stream(slowCall()).subscribe(subscriber);

        assertThat(ran.get(30, TimeUnit.SECONDS).getName()).startsWith("postern-");
        subscriber.end();
    }

    @Test
    void aBlockingCallInsideAPromisedOnNextFailsAtOnce() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Recording subscriber = new NonBlocking(item -> thrown.complete(
                catchThrowable(() -> EventStream.of(never -> {}).iterator().hasNext())));
        transport.stream(call()).subscribe(subscriber);
        subscriber.end();

        assertThat(thrown.get(30, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("NonBlockingSubscriber");
    }

    @Test
    void anInterruptLeftByASubscriberHarmsNoOtherCall() throws Exception {
        Recording rude = new NonBlocking(item -> {
            if (onSelector()) {
                Thread.currentThread().interrupt();
            }
        });
        transport.stream(slowCall()).subscribe(rude);
        rude.end();
        Recording next = new Recording(item -> {});
        transport.stream(call()).subscribe(next);
        next.end();

        assertThat(rude.onNext).hasSizeGreaterThan(1);
        assertThat(next.onNext).hasSize(4);
    }

    @Test
    void anExecutorOfTheUserRunsTheUsersCode() throws Exception {
        ExecutorService users = Executors.newCachedThreadPool(work -> new Thread(work, "of the user"));
        try (HttpTransport own = HttpTransport.builder().executor(users).build()) {
            Recording subscriber = new Recording(item -> {});
            own.stream(call()).subscribe(subscriber);

            assertThat(subscriber.end().getName()).isEqualTo("of the user");
            assertThat(names(subscriber.onNext)).hasSize(4).containsOnly("of the user");
        } finally {
            users.shutdown();
        }
    }

    @Test
    void anExecutorThatRejectsTasksOrRunsThemInlineLosesNothing() throws Exception {
        Executor refusing = task -> {
            throw new RejectedExecutionException("full");
        };
        for (Executor users : List.of(refusing, Runnable::run)) {
            try (HttpTransport own = HttpTransport.builder().executor(users).build()) {
                Recording subscriber = new Recording(item -> {});
                own.stream(call()).subscribe(subscriber);

                assertThat(subscriber.end().getName()).startsWith("postern-");
                assertThat(names(subscriber.onNext)).hasSize(4).noneMatch(name -> name.contains(SELECTOR));
            }
        }
    }
}
