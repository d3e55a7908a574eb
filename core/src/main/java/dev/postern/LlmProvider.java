package dev.postern;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A backend that answers completion requests: a server, a gateway to several servers, or a program. An implementation
 * needs {@link #name} and {@link #completionsAsync}; the other methods have defaults. Implement {@link #stream} as well
 * for events as they are generated.
 *
 * <p>All methods may be called by many threads at once. Calls are independent: the failure or cancellation of one does
 * not affect the others. Every failure is an {@link LlmException}, thrown by the blocking methods and carried by the
 * others; a request that is null is a {@link NullPointerException}, and an error of the virtual machine, such as an
 * {@link OutOfMemoryError}, is passed on unchanged.
 */
public interface LlmProvider extends AutoCloseable {

    /** The name of the backend in errors, logs and routes. */
    String name();

    /**
     * Requests the whole answer. To cancel, call {@link CompletableFuture#cancel} on the returned future; a stage
     * derived from it does not pass the cancellation on.
     */
    CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request);

    /**
     * Requests the whole answer and waits for it. Interrupting the waiting thread cancels the call: it fails with
     * {@link LlmException.Kind#CANCELLED} and the interrupt stays set.
     */
    default CompletionResponse completions(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return Waiting.forResult(() -> completionsAsync(request));
    }

    /**
     * The answer as events. The publisher is cold: each subscription sends the request once, and nothing is sent
     * without a subscription. Demand reaches the socket: events that are not requested are not read. Cancelling the
     * subscription closes the exchange at once. The events keep the order that {@link StreamEvent} describes.
     *
     * <p>The subscriber is called by one thread at a time, which may be the requesting one or one of the HTTP client's.
     * A subscriber that blocks delays its own stream only; a {@link NonBlockingSubscriber}, which promises not to
     * block, gets its events earlier and at lower cost. What a subscriber throws is passed to its {@code onError},
     * once, and the exchange is closed; what it throws in {@code onError} or {@code onComplete} is logged.
     *
     * <p>This default converts the whole answer to events after it has arrived.
     */
    default Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return AnswerStream.of(() -> completionsAsync(request));
    }

    /** The models that the backend offers; empty if it has no list. */
    default CompletableFuture<List<ModelInfo>> listModelsAsync() {
        return CompletableFuture.completedFuture(List.of());
    }

    /** The models that the backend offers; waits for the answer as {@link #completions} does. */
    default List<ModelInfo> listModels() {
        return Waiting.forResult(this::listModelsAsync);
    }

    /**
     * How many tokens the prompt of a request has, as the backend counts them; empty if it cannot tell, which is the default. No
     * model is run.
     */
    default CompletableFuture<OptionalLong> countTokensAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return CompletableFuture.completedFuture(OptionalLong.empty());
    }

    /**
     * Waits for an answer as {@link #completions} does, for implementations of blocking methods. Interrupting the
     * waiting thread cancels the future.
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

    /**
     * Whether the backend answers now. Waits for {@link #healthAsync}; does not throw. A provider overrides {@code
     * healthAsync}, not this method: a gateway calls only that one.
     */
    default ProviderHealth health() {
        try {
            return Waiting.forResult(this::healthAsync);
        } catch (RuntimeException e) {
            return ProviderHealth.down(Waiting.known(e));
        }
    }

    /**
     * Whether this provider tells {@link dev.postern.call.CallScope} about each exchange with a server, as those over {@link
     * dev.postern.http.HttpTransport} do. A provider that wraps another one returns what that one returns. If false, which is
     * the default, listeners see one attempt for each call of the provider.
     */
    default boolean reportsAttempts() {
        return false;
    }

    /** Closes what this provider owns and ends its running calls. A second call does nothing. */
    @Override
    default void close() {}
}
