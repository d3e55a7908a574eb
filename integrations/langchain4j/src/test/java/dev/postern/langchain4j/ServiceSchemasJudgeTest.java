package dev.postern.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.common.AbstractAiServiceWithJsonSchemaIT;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** LangChain4j's published tests of AI services that return objects. They run on the version that they come from. */
@Tag("full")
class ServiceSchemasJudgeTest extends AbstractAiServiceWithJsonSchemaIT {
    @Override
    protected List<ChatModel> models() {
        return List.of(PosternChatModel.of(Judged.services()));
    }

    @Override
    protected boolean supportsRecursion() {
        return true;
    }
}
