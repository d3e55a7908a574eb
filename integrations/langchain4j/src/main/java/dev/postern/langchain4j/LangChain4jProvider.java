package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Models of LangChain4j as a provider, for example as a backend of a gateway. Thread-safe. Closing it ends its calls, but not
 * the models.
 *
 * <p>Whole answers come from the {@link ChatModel}, without a thread that waits if the model has {@code chatAsync}; streams come
 * from the {@link StreamingChatModel}. Where one of the two is missing, the other one answers: a stream is collected, and a
 * whole answer becomes the events of a stream.
 *
 * <p>A model that has a publisher gets the demand of the subscriber. Any other model sends as fast as it can: what the
 * subscriber has not taken yet waits in a buffer, and when that is full, the stream fails with kind {@link
 * dev.postern.LlmException.Kind#OVERLOADED}. Cancelling cancels the model's publisher, or its {@code StreamingHandle} at the
 * next callback.
 *
 * <p>LangChain4j's parameters have no seed, reasoning effort, extra fields, metadata of the request or setting for parallel
 * calls, and its models take no headers or keys with a call: a request with one of these fails with kind {@link
 * dev.postern.LlmException.Kind#UNSUPPORTED}. A call ends with kind {@link dev.postern.LlmException.Kind#TIMEOUT} when the
 * deadline of its {@link dev.postern.CallContext} is over. Timeouts of {@link dev.postern.CallOptions} and notes are ignored; set
 * timeouts on the model.
 */
public final class LangChain4jProvider implements LlmProvider {
    private final String name;
    private final @Nullable ChatModel chat;
    private final @Nullable StreamingChatModel streaming;
    private final int maxBufferedEvents;
    private final ModelCalls calls;
    private final ChatRequests requests;

    private LangChain4jProvider(Builder builder) {
        name = builder.name;
        chat = builder.chat;
        streaming = builder.streaming;
        maxBufferedEvents = builder.maxBufferedEvents;
        calls = new ModelCalls(name, builder.executor);
        requests = new ChatRequests(name);
    }

    /** A provider with this model. The name is that of the backend in errors, logs and routes. */
    public static LangChain4jProvider of(String name, ChatModel model) {
        return builder(name).chatModel(model).build();
    }

    /** A provider with this model. The name is that of the backend in errors, logs and routes. */
    public static LangChain4jProvider of(String name, StreamingChatModel model) {
        return builder(name).streamingChatModel(model).build();
    }

    /** A builder of a provider with this name, which is that of the backend in errors, logs and routes. */
    public static Builder builder(String name) {
        return new Builder(Objects.requireNonNull(name, "name"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        ChatModel model = chat;
        if (model == null) {
            return CompletionCollector.collect(stream(request));
        }
        return new WholeAnswer(name, calls, model, request).ask(requests);
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        StreamingChatModel model = streaming;
        if (model == null) {
            return LlmProvider.super.stream(request);
        }
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            new ModelStream(subscriber, calls, name, maxBufferedEvents)
                    .start(model, request, requests, new ModelEvents(name, request.model()));
        };
    }

    /** Ends the running calls with kind {@link dev.postern.LlmException.Kind#CANCELLED}. The models stay open. */
    @Override
    public void close() {
        calls.close();
    }

    @Override
    public String toString() {
        return "LangChain4jProvider[" + name + "]";
    }

    /** Builds a provider. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable ChatModel chat;
        private @Nullable StreamingChatModel streaming;
        private int maxBufferedEvents = 10_000;
        private @Nullable Executor executor;

        private Builder(String name) {
            this.name = name;
        }

        /** The model for whole answers. */
        public Builder chatModel(ChatModel model) {
            chat = Objects.requireNonNull(model, "model");
            return this;
        }

        /** The model for streams. */
        public Builder streamingChatModel(StreamingChatModel model) {
            streaming = Objects.requireNonNull(model, "model");
            return this;
        }

        /**
         * How many events of a stream wait for a subscriber that is slower than a model without a publisher; at least 1,
         * default 10,000.
         */
        public Builder maxBufferedEvents(int events) {
            if (events < 1) {
                throw new IllegalArgumentException("at least 1 event must fit, not " + events);
            }
            maxBufferedEvents = events;
            return this;
        }

        /**
         * Runs calls of models that block. It must not run them on the thread that hands them over. Default: threads of this
         * provider, at most 256.
         */
        public Builder executor(Executor threads) {
            executor = Objects.requireNonNull(threads, "threads");
            return this;
        }

        /**
         * The provider.
         *
         * @throws IllegalStateException if there is no model
         */
        public LangChain4jProvider build() {
            if (chat == null && streaming == null) {
                throw new IllegalStateException("A provider needs a chat model, a streaming chat model, or both.");
            }
            return new LangChain4jProvider(this);
        }
    }
}
