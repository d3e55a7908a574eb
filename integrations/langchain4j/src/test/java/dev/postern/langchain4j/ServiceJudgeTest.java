package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.common.AbstractAiServiceIT;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** LangChain4j's published tests of AI services. They run on the version that they come from. */
@Tag("full")
class ServiceJudgeTest extends AbstractAiServiceIT {
    @Override
    protected List<ChatModel> models() {
        return List.of(PosternChatModel.of(Judged.services()));
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(ChatModel model) {
        return PosternTokenUsage.class;
    }
}
