package dev.postern.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.call.CallListener;
import dev.postern.call.CallScope;
import dev.postern.call.EventFilter;
import dev.postern.call.Instrumentation;
import dev.postern.call.Interceptor;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.ScriptedServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which threads run listeners and interceptors. */
@Timeout(60)
class InstrumentedThreadsTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");

    private final CountDownLatch seen = new CountDownLatch(1);
    /** Lines until the test has seen what it waits for. */
    private final ScriptedServer server = new ScriptedServer(exchange -> {
        exchange.beginChunked(200, "text/plain");
        for (int i = 0; i < 1000 && !seen.await(5, TimeUnit.MILLISECONDS); i++) {
            exchange.chunk("i\n");
        }
        exchange.chunk("last\nDONE\n").lastChunk();
    });

    private final HttpTransport transport = HttpTransport.builder()
            .retries(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)))
            .build();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        seen.countDown();
        transport.close();
        server.close();
    }

    private Flow.Publisher<StreamEvent> stream(Instrumentation with, ScriptedServer at) {
        return CallScope.stream(
                with, "lines", true, HELLO, request -> transport.stream(new ModelLineCall(at.uri(), request)));
    }

    private void note() {
        threads.add(Thread.currentThread());
    }

    /** A subscriber that promises not to block, and notes the thread of its end. */
    private static final class Promising implements NonBlockingSubscriber<StreamEvent> {
        final CompletableFuture<String> endedOn = new CompletableFuture<>();
        final AtomicInteger events = new AtomicInteger();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamEvent event) {
            events.incrementAndGet();
        }

        @Override
        public void onError(Throwable thrown) {
            endedOn.complete(Thread.currentThread().getName());
        }

        @Override
        public void onComplete() {
            endedOn.complete(Thread.currentThread().getName());
        }
    }

    private CallListener noting() {
        return call -> {
            note();
            return new CallListener.CallWatch() {
                @Override
                public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                    note();
                    return new CallListener.AttemptWatch() {
                        @Override
                        public void head(int status, String serverRequestId, Duration sinceStart) {
                            note();
                        }

                        @Override
                        public void firstToken(Duration sinceStart) {
                            note();
                        }

                        @Override
                        public void end(CallListener.AttemptEnd end) {
                            note();
                        }
                    };
                }

                @Override
                public void firstToken(Duration sinceStart) {
                    note();
                }

                @Override
                public void end(CallListener.CallEnd end) {
                    note();
                }
            };
        };
    }

    @Test
    void listenersAndPlainInterceptorsNeverRunOnTheSelectorThread() throws Exception {
        AtomicInteger events = new AtomicInteger();
        Interceptor plain = call -> {
            note();
            return Interceptor.Decision.proceed(new EventFilter() {
                @Override
                public void onEvent(StreamEvent event, Output out) {
                    note();
                    out.emit(event);
                    if (events.incrementAndGet() > 20) {
                        seen.countDown();
                    }
                }

                @Override
                public void onClose(CallListener.Outcome outcome, @Nullable LlmException failure) {
                    note();
                }
            });
        };
        Promising subscriber = new Promising();

        stream(
                        Instrumentation.builder()
                                .listener(noting())
                                .interceptor(plain)
                                .attemptInterceptor(plain)
                                .build(),
                        server)
                .subscribe(subscriber);

        assertThat(subscriber.endedOn.get(30, TimeUnit.SECONDS)).doesNotContain("SelectorManager");
        assertThat(threads.element()).isSameAs(Thread.currentThread());
        assertThat(threads).hasSizeGreaterThan(20).noneMatch(each -> ThreadNotes.isSelector(each.getName()));
    }

    @Test
    void listenersNeverRunOnTheSelectorThreadThatDeliversTheEvents() throws Exception {
        CountDownLatch onSelector = new CountDownLatch(1);
        Promising subscriber = new Promising();
        CallListener events = call -> new EventNotes(() -> {
            if (ThreadNotes.onSelector()) {
                onSelector.countDown();
                seen.countDown();
            }
        });

        stream(Instrumentation.builder().listener(noting()).listener(events).build(), server)
                .subscribe(subscriber);

        assertThat(onSelector.await(30, TimeUnit.SECONDS)).isTrue(); // the promise reaches the transport
        subscriber.endedOn.get(30, TimeUnit.SECONDS);
        assertThat(threads).noneMatch(each -> ThreadNotes.isSelector(each.getName()));
    }

    @Test
    void anEstimatorNeverRunsOnTheSelectorThread() throws Exception {
        CountDownLatch cancelledOnSelector = new CountDownLatch(1);
        CountDownLatch estimated = new CountDownLatch(1);
        Instrumentation with = Instrumentation.builder()
                .listener(noting())
                .estimator((request, progress) -> {
                    note();
                    estimated.countDown();
                    return Usage.of(1, 1);
                })
                .build();

        stream(with, server).subscribe(new Cancelling(cancelledOnSelector));

        assertThat(cancelledOnSelector.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(estimated.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).noneMatch(each -> ThreadNotes.isSelector(each.getName()));
    }

    /** Promises not to block, and cancels at the first event that comes on the selector thread. */
    private static final class Cancelling implements NonBlockingSubscriber<StreamEvent> {
        private final CountDownLatch cancelled;
        private Flow.Subscription subscription;

        Cancelling(CountDownLatch cancelled) {
            this.cancelled = cancelled;
        }

        @Override
        public void onSubscribe(Flow.Subscription upstream) {
            subscription = upstream;
            upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(StreamEvent event) {
            if (ThreadNotes.onSelector()) {
                subscription.cancel();
                cancelled.countDown();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            // the latch shows that nothing was cancelled
        }

        @Override
        public void onComplete() {
            // as above
        }
    }

    /** Sees each event, on the thread that delivers it. */
    private record EventNotes(Runnable action) implements CallListener.CallWatch, CallListener.EventWatch {
        @Override
        public void onEvent(StreamEvent event, long nanos) {
            action.run();
        }
    }

    /** A filter ends the answer while the selector thread hands it an event. */
    @Test
    void theEndThatAFilterMakesIsNotSignalledOnTheSelectorThread() throws Exception {
        Interceptor failing = new Interceptor() {
            @Override
            public Decision begin(Invocation call) {
                return Decision.proceed(new EventFilter() {
                    @Override
                    public void onEvent(StreamEvent event, Output out) {
                        if (ThreadNotes.onSelector()) {
                            seen.countDown();
                            out.fail(new LlmException(Kind.CONTENT_FILTER, "on purpose"));
                        }
                    }
                });
            }

            @Override
            public boolean isNonBlocking() {
                return true;
            }
        };
        Promising subscriber = new Promising();

        stream(Instrumentation.builder().interceptor(failing).build(), server).subscribe(subscriber);

        assertThat(subscriber.endedOn.get(30, TimeUnit.SECONDS)).doesNotContain("SelectorManager");
        assertThat(seen.getCount()).isZero();
        assertThat(subscriber.events).hasValue(0);
    }

    @Test
    void anAttemptThatFollowsADelayIsNotMadeOnTheThreadOfTheTimer() {
        AtomicInteger requests = new AtomicInteger();
        Queue<StackTraceElement> stacks = new ConcurrentLinkedQueue<>();
        CallListener stack = call -> new CallListener.CallWatch() {
            @Override
            public CallListener.AttemptWatch attempt(CallListener.AttemptStart attempt) {
                stacks.addAll(Arrays.asList(Thread.currentThread().getStackTrace()));
                return CallListener.AttemptWatch.NONE;
            }
        };
        try (ScriptedServer busy = new ScriptedServer(
                exchange -> exchange.beginChunked(requests.incrementAndGet() == 1 ? 503 : 200, "text/plain")
                        .chunk("DONE\n")
                        .lastChunk())) {
            Recorder.of(stream(Instrumentation.builder().listener(stack).build(), busy))
                    .awaitComplete();
        }

        assertThat(requests).hasValue(2);
        assertThat(stacks).noneMatch(each -> each.getClassName().contains("SystemTimer"));
    }

    @Test
    void aListenerThatBlocksDelaysNoOtherCall() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        CallListener blocking = call -> new CallListener.CallWatch() {
            @Override
            public void firstToken(Duration sinceStart) {
                blocked.countDown();
                try {
                    assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        Promising first = new Promising();
        stream(Instrumentation.builder().listener(blocking).build(), server).subscribe(first);
        assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();

        Promising second = new Promising();
        stream(Instrumentation.builder().listener(noting()).build(), server).subscribe(second);
        seen.countDown();

        second.endedOn.get(30, TimeUnit.SECONDS);
        release.countDown();
        first.endedOn.get(30, TimeUnit.SECONDS);
    }
}
