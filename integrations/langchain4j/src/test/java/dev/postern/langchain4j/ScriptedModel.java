package dev.postern.langchain4j;

import dev.langchain4j.data.message.AiMessage;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A streaming model without a publisher: it sends its script on the thread of the call, as fast as it can. */
final class ScriptedModel implements StreamingChatModel, StreamingHandle {
    final List<ChatRequest> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    private final List<Object> script;

    /** The script has partial answers, calls, a {@link ChatResponse}, a failure, or a {@link Runnable} to run in between. */
    ScriptedModel(Object... script) {
        this.script = List.of(script);
    }

    static ChatResponse answer(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        requests.add(request);
        for (Object step : script) {
            if (isCancelled()) {
                return;
            }
            tell(handler, step);
        }
    }

    private void tell(StreamingChatResponseHandler handler, Object step) {
        if (step instanceof PartialResponse text) {
            handler.onPartialResponse(text, new PartialResponseContext(this));
        } else if (step instanceof PartialThinking thought) {
            handler.onPartialThinking(thought, new PartialThinkingContext(this));
        } else if (step instanceof PartialToolCall call) {
            handler.onPartialToolCall(call, new PartialToolCallContext(this));
        } else if (step instanceof CompleteToolCall call) {
            handler.onCompleteToolCall(call);
        } else if (step instanceof ChatResponse whole) {
            handler.onCompleteResponse(whole);
        } else if (step instanceof Runnable action) {
            action.run();
        } else {
            handler.onError((Throwable) step);
        }
    }

    @Override
    public void cancel() {
        cancelled.countDown();
    }

    @Override
    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }
}
