package dev.postern.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;

/**
 * A {@link StreamingChatModel} over any provider. Thread-safe. It does not own the provider: close that one at the end.
 * Failures and parameters are those of {@link PosternChatModel}. A stream that is cut off fails.
 *
 * <p>A handler that is slow holds back the server, and blocks only its own stream. What it throws goes to its {@code onError},
 * and the stream continues; an {@link Error} ends the stream. {@code cancel()} of the {@link
 * dev.langchain4j.model.chat.response.StreamingHandle} closes the exchange with the server, from any thread. After a
 * cancel inside a callback there is no further one; after a cancel by another thread, at most the callback that is just being made.
 *
 * <p>The publisher passes demand on to the socket: events that are not requested are not read, and there is no buffer that could
 * overflow. Cancelling the subscription closes the exchange. What the subscriber throws ends the stream without a further
 * signal, as LangChain4j wants it, and is logged.
 */
public final class PosternStreamingChatModel implements StreamingChatModel {
    private final ModelSettings settings;

    private PosternStreamingChatModel(ModelSettings settings) {
        this.settings = settings;
    }

    /** A model over this provider, with its default model and no listeners. */
    public static PosternStreamingChatModel of(LlmProvider llm) {
        return builder(llm).build();
    }

    /** A builder of a model over this provider. */
    public static Builder builder(LlmProvider llm) {
        return new Builder(llm);
    }

    /**
     * Starts the stream and returns.
     *
     * @throws dev.langchain4j.exception.LangChain4jException if the request cannot be sent as it is; all later failures go to
     *     the handler
     */
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Objects.requireNonNull(handler, "handler");
        CompletionRequest question = settings.requests().request(request);
        HandlerSubscriber subscriber = new HandlerSubscriber(handler);
        try {
            settings.llm().stream(question).subscribe(subscriber);
        } catch (RuntimeException | Error e) { // by a provider that does not keep the rules of publishers
            subscriber.onError(e);
        }
    }

    /** The stream as a publisher. Cold: each subscription sends the request. */
    @Override
    public Flow.Publisher<ChatModelStreamingEvent> doChat(ChatRequest request) {
        Objects.requireNonNull(request, "request");
        return new EventPublisher(settings, request);
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
        return "PosternStreamingChatModel[" + settings.llm().name() + "]";
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
        public PosternStreamingChatModel build() {
            return new PosternStreamingChatModel(settings());
        }
    }
}
