package dev.postern;

import dev.postern.flow.Demand;
import dev.postern.flow.SerialLoop;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of an answer that comes whole: what {@link LlmProvider#stream} is for a provider that cannot stream. Cold:
 * each subscription asks anew.
 */
final class AnswerStream implements Flow.Publisher<StreamEvent> {
    private final Supplier<CompletableFuture<CompletionResponse>> call;

    AnswerStream(Supplier<CompletableFuture<CompletionResponse>> call) {
        this.call = call;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super StreamEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new Emission(subscriber).start(call);
    }

    /** The events of an answer, in the order that {@link StreamEvent} describes. */
    static ArrayDeque<StreamEvent> eventsOf(CompletionResponse answer) {
        ArrayDeque<StreamEvent> events = new ArrayDeque<>();
        for (Content part : answer.message().content()) {
            if (part instanceof Content.Text text && !text.text().isEmpty()) {
                events.add(new StreamEvent.ContentDelta(text.text()));
            } else if (part instanceof Content.Reasoning thought) {
                events.add(new StreamEvent.ReasoningDelta(
                        thought.text(), thought.signature(), thought.redacted(), thought.providerData()));
            } else if (part instanceof ToolCall tool) {
                events.add(new StreamEvent.ToolUseStart(tool.id(), tool.name()));
                events.add(new StreamEvent.ToolUseComplete(tool));
            }
        }
        events.add(new StreamEvent.MessageStop(answer.stopReason(), answer.model(), answer.metadata()));
        answer.usage().ifPresent(usage -> events.add(new StreamEvent.Metadata(usage)));
        return events;
    }

    /** One subscription. */
    private static final class Emission implements Flow.Subscription {
        private final Flow.Subscriber<? super StreamEvent> downstream;
        private final SerialLoop loop = new SerialLoop(this::pass);
        private final Demand demand = new Demand();
        private volatile @Nullable CompletableFuture<CompletionResponse> pending;
        private volatile @Nullable CompletionResponse answer;
        private volatile @Nullable Throwable failure;
        private volatile boolean over;

        // Touched by the pass only.
        private @Nullable ArrayDeque<StreamEvent> events;
        private long sent;

        Emission(Flow.Subscriber<? super StreamEvent> downstream) {
            this.downstream = downstream;
        }

        void start(Supplier<CompletableFuture<CompletionResponse>> call) {
            downstream.onSubscribe(this);
            loop.open();
            if (over) {
                return;
            }
            try {
                CompletableFuture<CompletionResponse> calling = call.get();
                pending = calling;
                var unused = calling.whenComplete(this::answered); // its own failure is the answer's
            } catch (RuntimeException e) {
                answered(null, e);
            }
            if (over) { // cancelled in the meantime
                cancel();
            }
        }

        private void answered(@Nullable CompletionResponse response, @Nullable Throwable thrown) {
            if (response != null) {
                answer = response;
            } else {
                failure = Waiting.known(thrown == null ? new NullPointerException("the answer is null") : thrown);
            }
            loop.signal();
        }

        @Override
        public void request(long n) {
            if (n > 0) {
                demand.add(n);
            } else {
                failure = new IllegalArgumentException("request(" + n + "): ask for at least 1 item (§3.9)");
            }
            loop.signal();
        }

        @Override
        public void cancel() {
            over = true;
            CompletableFuture<CompletionResponse> calling = pending;
            if (calling != null) {
                calling.cancel(true);
            }
        }

        private void pass() {
            if (over) {
                return;
            }
            Throwable thrown = failure;
            if (thrown != null) {
                cancel();
                downstream.onError(thrown);
                return;
            }
            CompletionResponse response = answer;
            if (response == null) {
                return;
            }
            if (events == null) {
                events = eventsOf(response);
            }
            try {
                emit(events);
            } catch (RuntimeException e) { // of a subscriber that must not throw (§2.13)
                if (!over) { // else it has had its last signal, or wants none
                    over = true;
                    downstream.onError(e);
                }
            }
        }

        private void emit(ArrayDeque<StreamEvent> waiting) {
            long asked = demand.total();
            for (StreamEvent next; sent < asked && !over && (next = waiting.poll()) != null; sent++) {
                downstream.onNext(next);
            }
            if (waiting.isEmpty() && !over) {
                over = true;
                downstream.onComplete();
            }
        }
    }
}
