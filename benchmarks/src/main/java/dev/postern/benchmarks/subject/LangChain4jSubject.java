package dev.postern.benchmarks.subject;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;

/** A program of LangChain4j, over its own models or others. */
final class LangChain4jSubject implements Subject {
    private final StreamingChatModel streaming;
    private final ChatModel asking;

    LangChain4jSubject(StreamingChatModel streaming, ChatModel asking) {
        this.streaming = streaming;
        this.asking = asking;
    }

    private static ChatRequest request(String model) {
        return ChatRequest.builder()
                .messages(UserMessage.from(FloorSubject.PROMPT))
                .modelName(model)
                .build();
    }

    @Override
    public void stream(String model, Ear ear) {
        streaming.chat(request(model), new Listener(ear));
    }

    @Override
    public String ask(String model) {
        return asking.chat(request(model)).aiMessage().text();
    }

    private record Listener(Ear ear) implements StreamingChatResponseHandler {
        @Override
        public void onPartialResponse(String text) {
            ear.text(text);
        }

        @Override
        public void onPartialToolCall(PartialToolCall call) {
            ear.text(call.partialArguments());
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            ear.end(null);
        }

        @Override
        public void onError(Throwable failure) {
            ear.end(failure);
        }
    }
}
