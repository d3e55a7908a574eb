package dev.postern.reactor;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.NonBlockingSubscriber;
import dev.postern.StreamEvent;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The calls of any provider or gateway as {@link Flux} and {@link Mono}.
 *
 * <pre>{@code
 * ReactorLlm reactive = ReactorLlm.of(llm);
 * reactive.text(CompletionRequest.of("Tell me a story.")).subscribe(System.out::print);
 * }</pre>
 *
 * <p>Everything is cold: each subscription makes one call, and without one nothing is sent. Demand goes through to the socket: what is
 * not requested is not read. A cancel closes the exchange at once, for a Mono, too. No method blocks. Each failure is an {@link
 * dev.postern.LlmException}.
 *
 * <p>A request gets the context of its subscriber: the {@link dev.postern.CallContext} that the Reactor Context has under the key {@code
 * CallContext.class} completes that of the request, and the Reactor Context itself is an attribute ({@link ReactorContext#VIEW}). The
 * call begins under the thread-locals of the Reactor Context, if {@code io.micrometer:context-propagation} is there; the observation
 * of the Reactor Context is the parent of the call, if {@code postern-micrometer} is there.
 *
 * <p>Signals come from one thread at a time, which may be the subscribing or requesting one. Immutable and thread-safe. It owns nothing:
 * close the provider.
 */
public final class ReactorLlm {
    private final LlmProvider llm;
    private final boolean promised;

    private ReactorLlm(LlmProvider llm, boolean promised) {
        this.llm = llm;
        this.promised = promised;
    }

    /** The calls of this provider. What follows a stream may block; it delays its own stream only. */
    public static ReactorLlm of(LlmProvider llm) {
        return new ReactorLlm(Objects.requireNonNull(llm, "llm"), false);
    }

    /**
     * The same calls, with the promise of a {@link NonBlockingSubscriber}: the operators and subscribers that follow a stream do not
     * block when they get an event, up to the first one that changes the thread, such as {@code publishOn}. Events are then delivered on
     * the thread that reads from the network, which halves the CPU time of a slow stream. One broken promise delays all streams of that
     * HTTP client.
     */
    public ReactorLlm nonBlocking() {
        return new ReactorLlm(llm, true);
    }

    /** The answer as events, as {@link LlmProvider#stream} delivers them. */
    public Flux<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return Flux.from(new FlowBridge<>(
                view -> llm.stream(request.withContext(SubscriberContext.in(request.context(), view))), promised));
    }

    /** The pieces of the answer's text, none of which is empty. Reasoning, tool calls and usage are left out. */
    public Flux<String> text(CompletionRequest request) {
        return stream(request).handle((event, sink) -> {
            if (event instanceof StreamEvent.ContentDelta text) {
                sink.next(text.delta());
            }
        });
    }

    /** The whole answer, as {@link LlmProvider#completionsAsync} requests it. */
    public Mono<CompletionResponse> completions(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return SubscriberContext.mono(
                view -> llm.completionsAsync(request.withContext(SubscriberContext.in(request.context(), view))));
    }

    /** Shows the provider. */
    @Override
    public String toString() {
        return "ReactorLlm[" + llm + "]";
    }
}
