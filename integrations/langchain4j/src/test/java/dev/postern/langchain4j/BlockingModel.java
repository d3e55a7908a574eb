package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.function.Function;

/** A model that has no {@code chatAsync}. */
record BlockingModel(Function<ChatRequest, ChatResponse> function) implements ChatModel {
    @Override
    public ChatResponse doChat(ChatRequest request) {
        return function.apply(request);
    }
}
