package dev.postern.langchain4j;

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
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Calls a handler for the events of a stream. It does not promise to be non-blocking, so a handler may block: the provider then
 * reads no more of this stream.
 */
final class HandlerSubscriber implements Flow.Subscriber<StreamEvent>, StreamingHandle {
    private final StreamingChatResponseHandler handler;
    private final StreamedAnswer answer = new StreamedAnswer();
    private final PartialResponseContext textContext = new PartialResponseContext(this);
    private final PartialThinkingContext thinkingContext = new PartialThinkingContext(this);
    private final PartialToolCallContext toolContext = new PartialToolCallContext(this);
    private volatile Flow.@Nullable Subscription upstream;
    private volatile boolean cancelled;
    private boolean over; // used by the signals only, which are serial

    HandlerSubscriber(StreamingChatResponseHandler handler) {
        this.handler = handler;
    }

    @Override
    public void cancel() {
        cancelled = true;
        cancelUpstream();
    }

    private void cancelUpstream() {
        Flow.Subscription subscription = upstream;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (upstream != null) {
            subscription.cancel();
            return;
        }
        upstream = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(StreamEvent event) {
        if (cancelled || over) {
            return;
        }
        Object item;
        try {
            item = answer.next(event);
        } catch (LlmException e) { // it is too large
            cancelUpstream();
            onError(e);
            return;
        }
        if (item != null && !cancelled) { // another thread may have cancelled meanwhile
            deliver(item);
        }
    }

    private void deliver(Object item) {
        try {
            if (item instanceof PartialResponse text) {
                handler.onPartialResponse(text, textContext);
            } else if (item instanceof PartialThinking thought) {
                handler.onPartialThinking(thought, thinkingContext);
            } else if (item instanceof PartialToolCall call) {
                handler.onPartialToolCall(call, toolContext);
            } else if (item instanceof CompleteToolCall call) {
                handler.onCompleteToolCall(call);
            }
        } catch (Exception e) {
            report(e);
        } catch (Error e) { // nothing can be said about what follows
            cancelUpstream();
            over = true;
            report(e);
        }
    }

    @Override
    public void onComplete() {
        if (cancelled || over) {
            return;
        }
        ChatResponse whole;
        try {
            whole = answer.whole();
        } catch (RuntimeException | Error e) {
            onError(e);
            return;
        }
        if (cancelled) { // as above
            return;
        }
        over = true;
        try {
            handler.onCompleteResponse(whole);
        } catch (Exception | Error e) {
            report(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!cancelled && !over) {
            over = true;
            report(Failures.carried(failure));
        }
    }

    /** Reports what the handler threw, or the end of the stream. What {@code onError} itself throws is only logged. */
    private void report(Throwable failure) {
        if (cancelled) { // the callback cancelled, and then threw
            Callbacks.log("The handler threw after it had cancelled the stream", failure);
            return;
        }
        try {
            handler.onError(failure);
        } catch (Exception | Error e) {
            Callbacks.log("The handler threw in onError", e);
        }
    }
}
