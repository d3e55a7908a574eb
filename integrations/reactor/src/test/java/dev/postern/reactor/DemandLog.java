package dev.postern.reactor;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A provider that answers nothing and keeps what its subscribers tell it; or one that throws at once. Used by one thread. */
final class DemandLog implements LlmProvider {
    private final List<String> told = new ArrayList<>();
    private final List<Boolean> promises = new ArrayList<>();
    private final @Nullable LlmException refusal;

    DemandLog() {
        this(null);
    }

    DemandLog(@Nullable LlmException refusal) {
        this.refusal = refusal;
    }

    /** The requested numbers, and the cancels. */
    List<String> told() {
        return List.copyOf(told);
    }

    /** Whether each subscriber promised not to block. */
    List<Boolean> promises() {
        return List.copyOf(promises);
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        refuse();
        return new CompletableFuture<>();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        refuse();
        return subscriber -> {
            promises.add(NonBlockingSubscriber.isPromisedBy(subscriber));
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    told.add(Long.toString(n));
                }

                @Override
                public void cancel() {
                    told.add("cancel");
                }
            });
        };
    }

    private void refuse() {
        if (refusal != null) {
            throw refusal;
        }
    }
}
