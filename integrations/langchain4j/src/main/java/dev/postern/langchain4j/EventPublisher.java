package dev.postern.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.postern.CompletionRequest;
import dev.postern.StreamEvent;
import java.util.Objects;
import java.util.concurrent.Flow;

/** A stream as LangChain4j's events. A request that cannot be sent is a failure of the subscription. */
final class EventPublisher implements Flow.Publisher<ChatModelStreamingEvent> {
    private final ModelSettings settings;
    private final ChatRequest request;

    EventPublisher(ModelSettings settings, ChatRequest request) {
        this.settings = settings;
        this.request = request;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ChatModelStreamingEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Flow.Publisher<StreamEvent> stream;
        try {
            CompletionRequest question = settings.requests().request(request);
            stream = settings.llm().stream(question);
        } catch (RuntimeException | Error e) {
            subscriber.onSubscribe(Nothing.INSTANCE);
            subscriber.onError(Failures.carried(e));
            return;
        }
        stream.subscribe(new EventSubscriber(subscriber));
    }

    /** The subscription of a stream that has failed already. */
    private enum Nothing implements Flow.Subscription {
        INSTANCE;

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
