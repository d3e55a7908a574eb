package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;

/**
 * What a model has beyond the defaults of LangChain4j's interfaces, which only fail. To try would tell the model's listeners of
 * a failure.
 */
final class Overrides {
    private Overrides() {}

    static boolean hasAsync(ChatModel model) {
        return overrides(model, ChatModel.class, "doChatAsync", ChatRequest.class)
                || overrides(model, ChatModel.class, "chatAsync", ChatRequest.class)
                || overrides(model, ChatModel.class, "chatAsync", ChatRequest.class, ChatRequestOptions.class);
    }

    static boolean hasPublisher(StreamingChatModel model) {
        return overrides(model, StreamingChatModel.class, "doChat", ChatRequest.class)
                || overrides(model, StreamingChatModel.class, "chat", ChatRequest.class);
    }

    private static boolean overrides(Object model, Class<?> declares, String method, Class<?>... parameters) {
        try {
            return model.getClass().getMethod(method, parameters).getDeclaringClass() != declares;
        } catch (NoSuchMethodException
                | LinkageError e) { // a native image without metadata: the model itself says whether it can
            return true;
        }
    }
}
