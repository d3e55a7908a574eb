package dev.postern.langchain4j;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;

/** LangChain4j's published tests of the listeners of chat models. */
class ListenerJudgeTest extends AbstractChatModelListenerIT {
    @Override
    protected ChatModel createModel(ChatModelListener listener) {
        return PosternChatModel.builder(Judged.provider())
                .listeners(listener)
                .defaultRequestParameters(ChatRequestParameters.builder()
                        .modelName(modelName())
                        .temperature(temperature())
                        .topP(topP())
                        .maxOutputTokens(maxTokens())
                        .build())
                .build();
    }

    @Override
    protected String modelName() {
        return Judged.OTHER_MODEL;
    }

    @Override
    protected ChatModel createFailingModel(ChatModelListener listener) {
        return PosternChatModel.builder(Judged.refused()).listeners(listener).build();
    }

    @Override
    protected Class<? extends Exception> expectedExceptionClass() {
        return AuthenticationException.class;
    }
}
