package dev.postern.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChatModel} over any provider. Thread-safe. It does not own the provider: close that one at the end.
 *
 * <p>Failures are exceptions of {@code dev.langchain4j.exception}, whose cause is the {@link dev.postern.LlmException}. What a
 * request asks for and Postern has no word for, such as {@code topK}, is an {@link
 * dev.langchain4j.exception.UnsupportedFeatureException}. The provider decides about retries; LangChain4j adds none.
 *
 * <p>Cancelling the future of {@link #chatAsync(ChatRequest)} closes the exchange with the server.
 */
public final class PosternChatModel implements ChatModel {
    private final ModelSettings settings;

    private PosternChatModel(ModelSettings settings) {
        this.settings = settings;
    }

    /** A model over this provider, with its default model and no listeners. */
    public static PosternChatModel of(LlmProvider llm) {
        return builder(llm).build();
    }

    /** A builder of a model over this provider. */
    public static Builder builder(LlmProvider llm) {
        return new Builder(llm);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        CompletionRequest question = settings.requests().request(request);
        try {
            return Answers.chatResponse(settings.llm().completions(question));
        } catch (RuntimeException e) {
            throw Failures.thrown(e);
        }
    }

    @Override
    public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
        CompletableFuture<CompletionResponse> answer;
        try {
            answer = Objects.requireNonNull(
                    settings.llm().completionsAsync(settings.requests().request(request)), "the future of the answer");
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(Failures.carried(e));
        }
        CompletableFuture<ChatResponse> result = new CompletableFuture<>();
        var ignored = answer.whenComplete((response, thrown) -> complete(result, response, thrown));
        var unused = result.whenComplete((response, thrown) -> {
            if (result.isCancelled()) {
                answer.cancel(true);
            }
        });
        return result;
    }

    private static void complete(
            CompletableFuture<ChatResponse> result, @Nullable CompletionResponse response, @Nullable Throwable thrown) {
        if (response == null) {
            result.completeExceptionally(
                    Failures.carried(thrown == null ? new NullPointerException("the answer is null") : thrown));
            return;
        }
        try {
            result.complete(Answers.chatResponse(response));
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(Failures.carried(e));
        }
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return settings.defaults();
    }

    @Override
    public List<ChatModelListener> listeners() {
        return settings.listeners();
    }

    @Override
    public ModelProvider provider() {
        return settings.modelProvider();
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return settings.capabilities();
    }

    @Override
    public String toString() {
        return "PosternChatModel[" + settings.llm().name() + "]";
    }

    /** Builds a model. Not thread-safe. */
    public static final class Builder extends PosternModelBuilder<Builder> {
        private Builder(LlmProvider llm) {
            super(Objects.requireNonNull(llm, "llm"));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * The model.
         *
         * @throws dev.langchain4j.exception.UnsupportedFeatureException if the default parameters have one that Postern does
         *     not support
         */
        public PosternChatModel build() {
            return new PosternChatModel(settings());
        }
    }
}
