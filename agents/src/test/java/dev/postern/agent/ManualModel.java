package dev.postern.agent;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A model whose events are emitted by the test. */
final class ManualModel implements LlmProvider {
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

    @Override
    public String name() {
        return "manual";
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Call call = new Call(request);
        calls.add(call);
        return call.answer;
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        return subscriber -> {
            Call call = new Call(request);
            call.subscriber = subscriber;
            subscriber.onSubscribe(call);
            calls.add(call);
        };
    }

    /** Waits for the next call. */
    Call next() throws InterruptedException {
        Call call = calls.poll(30, TimeUnit.SECONDS);
        if (call == null) {
            throw new AssertionError("the model is not asked");
        }
        return call;
    }

    boolean hasRequest() {
        return !calls.isEmpty();
    }

    /** One call. */
    static final class Call implements Flow.Subscription {
        final CompletionRequest request;
        final CompletableFuture<CompletionResponse> answer = new CompletableFuture<>();
        private final AtomicLong requested = new AtomicLong();
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private volatile Flow.Subscriber<? super StreamEvent> subscriber;

        Call(CompletionRequest request) {
            this.request = request;
        }

        Call says(String... texts) {
            for (String text : texts) {
                emits(new StreamEvent.ContentDelta(text));
            }
            return this;
        }

        Call emits(StreamEvent event) {
            subscriber.onNext(event);
            return this;
        }

        /** Answers with a text and ends. */
        void answers(String text) {
            says(text).stops(StopReason.END_TURN);
        }

        /** Calls tools and ends. */
        void calls(ToolCall... calls) {
            for (ToolCall call : calls) {
                emits(new StreamEvent.ToolCallStart(call.id(), call.name()));
                emits(new StreamEvent.ToolCallComplete(call));
            }
            stops(StopReason.TOOL_USE);
        }

        private void stops(StopReason reason) {
            emits(new StreamEvent.MessageStop(reason, "m", Map.of()));
            subscriber.onComplete();
        }

        void completes() {
            subscriber.onComplete();
        }

        void fails(Throwable failure) {
            subscriber.onError(failure);
        }

        long requested() {
            return requested.get();
        }

        boolean isCancelled() {
            return cancelled.getCount() == 0 || answer.isCancelled();
        }

        @Override
        public void request(long n) {
            requested.updateAndGet(before -> before + n < 0 ? Long.MAX_VALUE : before + n);
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }
    }
}
