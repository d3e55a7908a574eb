package dev.postern.langchain4j;

import dev.langchain4j.exception.AsyncNotSupportedException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.flow.Dispatcher;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One call of a chat model: without a thread that waits if the model can, otherwise on a thread of the provider. */
final class WholeAnswer {
    private final String name;
    private final ModelCalls calls;
    private final ChatModel model;
    private final CompletionRequest request;
    private final CompletableFuture<CompletionResponse> result = new CompletableFuture<>();

    WholeAnswer(String name, ModelCalls calls, ChatModel model, CompletionRequest request) {
        this.name = name;
        this.calls = calls;
        this.model = model;
        this.request = request;
    }

    /** Asks the model. Cancelling the future cancels the call. */
    CompletableFuture<CompletionResponse> ask(ChatRequests requests) {
        try {
            Runnable stopTimer = calls.limit(request.context(), result::completeExceptionally);
            var unused = result.whenComplete((response, thrown) -> stopTimer.run());
            ChatRequest question = requests.request(request);
            if (Overrides.hasAsync(model)) {
                later(question);
            } else {
                blocking(question);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        return result;
    }

    private void later(ChatRequest question) {
        CompletableFuture<ChatResponse> answer = calls.open(result, () -> model.chatAsync(question));
        var ignored = answer.whenCompleteAsync( // the model's thread may be an event loop, and what follows may block
                (response, thrown) -> {
                    if (ModelFailures.isOf(AsyncNotSupportedException.class, thrown)) { // of a model behind this one
                        blocking(question);
                    } else {
                        finish(response, thrown);
                    }
                },
                Dispatcher.shared()::start);
        var unused = result.whenComplete((response, thrown) -> answer.cancel(true)); // nothing if it is complete
    }

    private void blocking(ChatRequest question) {
        calls.run(result, () -> model.chat(question), response -> finish(response, null));
    }

    private void finish(@Nullable ChatResponse response, @Nullable Throwable thrown) {
        if (response == null) {
            fail(thrown == null ? new NullPointerException("the answer is null") : thrown);
            return;
        }
        try {
            CompletionCollector collector = new CompletionCollector();
            new ModelEvents(name, request.model()).whole(response).forEach(collector::accept);
            result.complete(collector.result());
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable failure) {
        result.completeExceptionally(ModelFailures.carried(failure, name));
    }
}
