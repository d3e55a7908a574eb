package dev.postern.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.service.common.AbstractStreamingAiServiceIT;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** LangChain4j's published tests of AI services that stream. They run on the version that they come from. */
@Tag("full")
class ServiceStreamsJudgeTest extends AbstractStreamingAiServiceIT {
    @Override
    protected List<StreamingChatModel> models() {
        return List.of(new Delegate(PosternStreamingChatModel.of(Judged.services())));
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(StreamingChatModel model) {
        return PosternTokenUsage.class;
    }

    @Override
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(StreamingChatModel model) {
        return PosternChatResponseMetadata.class;
    }

    /**
     * A class for Mockito to spy on. It cannot read the signatures of the model itself on this version, which does not have
     * the type of a publisher's events.
     */
    private record Delegate(StreamingChatModel model) implements StreamingChatModel {
        @Override
        public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
            model.doChat(request, handler);
        }

        @Override
        public ChatRequestParameters defaultRequestParameters() {
            return model.defaultRequestParameters();
        }

        @Override
        public Set<Capability> supportedCapabilities() {
            return model.supportedCapabilities();
        }
    }
}
