package dev.postern.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;

/** Where the events of a {@link ModelStream} come from. */
abstract sealed class ModelSource permits HandlerSource, PublisherSource {

    /** The publisher of a model that has one, and a handler otherwise. */
    static ModelSource of(
            ModelStream stream, ModelCalls calls, StreamingChatModel model, ChatRequest request, ModelEvents events) {
        HandlerSource handler = new HandlerSource(stream, calls, model, request, events);
        return Overrides.hasPublisher(model) ? new PublisherSource(stream, model, request, events, handler) : handler;
    }

    /** Asks the model. */
    abstract void start();

    /** The subscriber wants an event, and there is none. Called by one thread at a time. */
    abstract void more();

    /** Nobody wants events any more. Thread-safe; called more than once. */
    abstract void cancel();
}
