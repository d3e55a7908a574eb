package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.flow.FutureStream;
import dev.postern.flow.Single;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A provider of somebody else, whose calls end at the deadline of their context.
 *
 * @param provider the provider
 */
record TimedProvider(LlmProvider provider) implements LlmProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        return DeadlineStream.around(request.context(), provider.stream(request));
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        if (request.context().remaining().isEmpty()) {
            return provider.completionsAsync(request);
        }
        Single<CompletionResponse> answer = new Single<>(WholeAnswer::missing);
        DeadlineStream.around(
                        request.context(),
                        FutureStream.of(() -> provider.completionsAsync(request), List::of, LlmException::of))
                .subscribe(answer);
        return answer.answer();
    }
}
