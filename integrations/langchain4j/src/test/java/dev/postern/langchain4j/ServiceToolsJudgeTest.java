package dev.postern.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.common.AbstractAiServiceWithToolsIT;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** LangChain4j's published tests of AI services with tools. They run on the version that they come from. */
@Tag("full")
class ServiceToolsJudgeTest extends AbstractAiServiceWithToolsIT {
    @Override
    protected List<ChatModel> models() {
        return List.of(PosternChatModel.of(Judged.services()));
    }

    @Override
    protected boolean supportsMultimodalToolResults() {
        return true;
    }

    /** An image that needs no network. */
    @Override
    protected Image catImage() {
        return Image.builder().base64Data("aGk=").mimeType("image/png").build();
    }

    @Override
    protected boolean supportsRecursion() {
        return true;
    }
}
