package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;

/** LangChain4j's published tests of chat models. */
class ChatModelJudgeTest extends AbstractChatModelIT {
    private static final ChatModel MODEL = PosternChatModel.of(Judged.provider());

    @Override
    protected List<ChatModel> models() {
        return List.of(MODEL);
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return PosternChatModel.builder(Judged.provider())
                .defaultRequestParameters(parameters)
                .build();
    }

    @Override
    protected String customModelName() {
        return Judged.OTHER_MODEL;
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return PosternChatRequestParameters.builder()
                .maxOutputTokens(maxOutputTokens)
                .build();
    }

    @Override
    protected boolean supportsChatAsync() {
        return true;
    }

    /** Nobody fetches it: the server only sees that there is one. */
    @Override
    protected String catImageUrl() {
        return "http://127.0.0.1/cat.jpg";
    }

    @Override
    protected String diceImageUrl() {
        return "http://127.0.0.1/dice.jpg";
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
        return PosternChatResponseMetadata.class;
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(ChatModel model) {
        return PosternTokenUsage.class;
    }
}
