package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.call.Instrumentation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenCallsTest {
    private final OpenCalls calls = new OpenCalls();
    private final FakeLlm fake = FakeLlm.answering("Hello");
    private final LlmProvider llm =
            Instrumentation.builder().listener(calls).build().around(fake);

    /** Subscribes without asking for an event, so the call stays open. */
    private Flow.Subscription open() {
        CompletableFuture<Flow.Subscription> open = new CompletableFuture<>();
        llm.stream(CompletionRequest.of("Hi")).subscribe(new Flow.Subscriber<StreamEvent>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                open.complete(subscription);
            }

            @Override
            public void onNext(StreamEvent event) {}

            @Override
            public void onError(Throwable thrown) {}

            @Override
            public void onComplete() {}
        });
        return open.join();
    }

    @Test
    void waitsForTheEndOfEachCall() throws Exception {
        calls.awaitEnds(); // there is none

        Flow.Subscription one = open();
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> {
            waiting.countDown();
            calls.awaitEnds();
        });
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ended).isNotDone();
        one.cancel();

        ended.get(30, TimeUnit.SECONDS);
    }

    @Test
    void anInterruptEndsTheWait() {
        Flow.Subscription one = open();

        Thread.currentThread().interrupt();

        assertThatThrownBy(calls::awaitEnds)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the end of all calls; open: 1");
        assertThat(Thread.interrupted()).isTrue();
        one.cancel();
    }
}
