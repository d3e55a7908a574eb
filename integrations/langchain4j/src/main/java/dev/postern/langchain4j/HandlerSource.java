package dev.postern.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import org.jspecify.annotations.Nullable;

/**
 * The events that a model gives to a handler, as fast as it can. The call runs on a thread of the provider, because some models
 * return only at the end. The handle to cancel comes with the first event, so an earlier cancel waits for it.
 */
final class HandlerSource extends ModelSource implements StreamingChatResponseHandler {
    private final ModelStream stream;
    private final ModelCalls calls;
    private final StreamingChatModel model;
    private final ChatRequest request;
    private final ModelEvents events;
    private volatile @Nullable StreamingHandle handle;
    private volatile @Nullable Runnable stop;
    private volatile @Nullable Thread runner;
    private volatile boolean cancelled;

    HandlerSource(
            ModelStream stream, ModelCalls calls, StreamingChatModel model, ChatRequest request, ModelEvents events) {
        this.stream = stream;
        this.calls = calls;
        this.model = model;
        this.request = request;
        this.events = events;
    }

    @Override
    void start() {
        stop = calls.run(
                () -> {
                    runner = Thread.currentThread();
                    model.chat(request, this);
                },
                stream::fail);
        if (cancelled) {
            cancel();
        }
    }

    @Override
    void more() {} // the model does not know demand

    @Override
    void cancel() {
        cancelled = true;
        StreamingHandle given = handle;
        if (given != null) {
            given.cancel();
        }
        Runnable running = stop;
        if (running != null && Thread.currentThread() != runner) { // a callback returns by itself
            running.run(); // interrupts a model that streams on the thread of the call
        }
    }

    private void next(@Nullable StreamingHandle given, Object event) {
        if (given != null) {
            handle = given; // before the flag is read, so that cancel() or the next line uses it
        }
        if (cancelled) {
            cancel();
        } else {
            // the thread of the call may be blocked, which holds back a model that streams on it
            stream.add(() -> events.next(event), Thread.currentThread() == runner);
        }
    }

    @Override
    public void onPartialResponse(String text) { // of models older than the handle
        if (text != null && !text.isEmpty()) {
            next(null, new PartialResponse(text));
        }
    }

    @Override
    public void onPartialResponse(PartialResponse text, PartialResponseContext context) {
        next(context.streamingHandle(), text);
    }

    @Override
    public void onPartialThinking(PartialThinking thought) {
        next(null, thought);
    }

    @Override
    public void onPartialThinking(PartialThinking thought, PartialThinkingContext context) {
        next(context.streamingHandle(), thought);
    }

    @Override
    public void onPartialToolCall(PartialToolCall call) {
        next(null, call);
    }

    @Override
    public void onPartialToolCall(PartialToolCall call, PartialToolCallContext context) {
        next(context.streamingHandle(), call);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        next(null, call);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        if (!cancelled) {
            stream.addLast(() -> events.whole(response));
        }
    }

    @Override
    public void onError(Throwable error) {
        stream.fail(error);
    }
}
