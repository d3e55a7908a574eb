package dev.postern.langchain4j;

import dev.langchain4j.exception.AsyncNotSupportedException;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.postern.LlmException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The events of a model's publisher, one request at a time. If the model turns out to have none, because a model behind it has
 * none, the handler takes over.
 */
final class PublisherSource extends ModelSource implements Flow.Subscriber<ChatModelStreamingEvent> {
    private final ModelStream stream;
    private final StreamingChatModel model;
    private final ChatRequest request;
    private final ModelEvents events;
    private final HandlerSource handler;
    private volatile Flow.@Nullable Subscription upstream;
    private volatile boolean cancelled;
    private volatile boolean asked;
    private boolean began; // used by the signals only
    private boolean whole;

    PublisherSource(
            ModelStream stream,
            StreamingChatModel model,
            ChatRequest request,
            ModelEvents events,
            HandlerSource handler) {
        this.stream = stream;
        this.model = model;
        this.request = request;
        this.events = events;
        this.handler = handler;
    }

    @Override
    void start() {
        model.chat(request).subscribe(this);
    }

    @Override
    void more() {
        Flow.Subscription subscription = upstream;
        if (subscription != null && !asked) {
            asked = true;
            subscription.request(1);
        }
    }

    @Override
    void cancel() {
        cancelled = true;
        Flow.Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel();
            return;
        }
        upstream = subscription;
        if (cancelled) {
            subscription.cancel();
        } else {
            stream.wake(); // the subscriber may have asked before
        }
    }

    @Override
    public void onNext(ChatModelStreamingEvent event) {
        began = true;
        asked = false;
        if (event instanceof CompleteResponse complete) {
            whole = true;
            stream.addLast(() -> events.whole(complete.chatResponse()));
        } else {
            stream.add(() -> events.next(event), false);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!began && !cancelled && ModelFailures.isOf(AsyncNotSupportedException.class, failure)) {
            stream.use(handler);
        } else {
            stream.fail(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!whole) {
            stream.fail(new LlmException(
                    LlmException.Kind.INCOMPLETE_STREAM,
                    "The model's stream ended without the whole answer; what came is not all of it."));
        }
    }
}
