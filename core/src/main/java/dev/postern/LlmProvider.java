package dev.postern;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A backend that answers completion requests: a server, a gateway to several, or a program of one's own. An
 * implementation needs {@link #name} and {@link #completionsAsync}; the rest follows, and streams get better when
 * {@link #stream} is implemented too.
 *
 * <p>All methods may be called by many threads at once. No call is tied to another: cancelling or failing one leaves the
 * others alone. Every failure is an {@link LlmException}, thrown by the blocking methods and carried by the others; a
 * request that is null is a {@link NullPointerException}, and an error of the virtual machine, such as an {@link
 * OutOfMemoryError}, is passed on as it is.
 */
public interface LlmProvider extends AutoCloseable {

    /** Names the backend in errors, logs and routes. */
    String name();

    /**
     * Asks for the whole answer. To cancel, call {@link CompletableFuture#cancel} on the future that is returned here; a
     * stage derived from it does not carry the cancellation back.
     */
    CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request);

    /**
     * Asks for the whole answer and waits for it. Interrupting the waiting thread cancels the call: it fails with
     * {@link LlmException.Kind#CANCELLED} and the interrupt stays set.
     */
    default CompletionResponse completions(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return Waiting.forResult(() -> completionsAsync(request));
    }

    /**
     * The answer as it is made. The publisher is cold: each subscription sends the request anew, and nothing is sent
     * without one. It honours demand down to the socket: what nobody asks for is not read. Cancelling the subscription
     * closes the exchange at once. The events keep the order that {@link StreamEvent} describes.
     *
     * <p>The subscriber is called by one thread at a time, which may be the one that asks or one of the HTTP client's. A
     * subscriber that blocks holds up its own stream and no other; one that promises not to, a {@link
     * NonBlockingSubscriber}, gets its events sooner and for less. A subscriber that throws is told so with {@code onError},
     * once, and the exchange is closed; what it throws in {@code onError} or {@code onComplete} is logged.
     *
     * <p>This default turns the whole answer into events once it is there.
     */
    default Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return AnswerStream.of(() -> completionsAsync(request));
    }

    /** The models that the backend offers; empty where it cannot say. */
    default CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return CompletableFuture.completedFuture(List.of());
    }

    /** The models that the backend offers; waits for the answer as {@link #completions} does. */
    default List<ModelInfo> listModels() {
        return Waiting.forResult(this::listModelsAsync);
    }

    /**
     * Waits for an answer as {@link #completions} does, for implementations of blocking methods. Interrupting the waiting
     * thread cancels the future.
     *
     * @throws LlmException with which the future failed, or of kind {@link LlmException.Kind#CANCELLED}
     */
    static <T> T await(CompletableFuture<T> answer) {
        return Waiting.forResult(() -> answer);
    }

    /**
     * Whether the backend answers now. The future never fails. Cancelling it does not stop a check that has begun.
     * This default lists the models.
     */
    default CompletableFuture<ProviderHealth> healthAsync() {
        CompletableFuture<List<ModelInfo>> models;
        try {
            models = Objects.requireNonNull(listModelsAsync(), "the future is null");
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(ProviderHealth.down(Waiting.known(e)));
        }
        return models.handle((list, thrown) -> list != null
                ? ProviderHealth.up(name() + " lists " + list.size() + " models")
                : ProviderHealth.down(
                        Waiting.known(thrown == null ? new NullPointerException("the answer is null") : thrown)));
    }

    /** Whether the backend answers now. Waits for {@link #healthAsync}; does not throw. */
    default ProviderHealth health() {
        try {
            return Waiting.forResult(this::healthAsync);
        } catch (RuntimeException e) {
            return ProviderHealth.down(Waiting.known(e));
        }
    }

    /** Ends what this provider owns, running calls included. Calling it twice does no harm. */
    @Override
    default void close() {}
}
