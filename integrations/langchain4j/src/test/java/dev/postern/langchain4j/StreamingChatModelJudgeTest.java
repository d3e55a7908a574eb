package dev.postern.langchain4j;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.atLeast;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.StreamingMode;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.TokenUsage;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.mockito.InOrder;

/** LangChain4j's published tests of streaming models, with a handler and with a publisher. One of them waits 30 seconds. */
@Tag("full")
class StreamingChatModelJudgeTest extends AbstractStreamingChatModelIT {
    private static final StreamingChatModel MODEL = PosternStreamingChatModel.of(Judged.provider());

    @Override
    protected List<StreamingMode> streamingModes() {
        return List.of(StreamingMode.HANDLER, StreamingMode.PUBLISHER);
    }

    @Override
    protected List<StreamingChatModel> baseModels() {
        return List.of(MODEL);
    }

    @Override
    public StreamingChatModel createModelWith(ChatModelListener listener) {
        return PosternStreamingChatModel.builder(Judged.provider())
                .listeners(listener)
                .build();
    }

    @Override
    protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
        return PosternStreamingChatModel.builder(Judged.provider())
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

    /** All calls are complete at the end of the stream, and not each before the next one begins. */
    @Override
    protected void verifyToolCallbacks(StreamingChatResponseHandler handler, InOrder order, String id1, String id2) {
        order.verify(handler, atLeast(1)).onPartialToolCall(argThat(call -> id1.equals(call.id())), any());
        order.verify(handler, atLeast(1)).onPartialToolCall(argThat(call -> id2.equals(call.id())), any());
        order.verify(handler).onCompleteToolCall(complete(0, id1, "getWeather", "{\"city\":\"Munich\"}"));
        order.verify(handler).onCompleteToolCall(complete(1, id2, "getTime", "{\"country\":\"France\"}"));
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
    protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(StreamingChatModel model) {
        return PosternChatResponseMetadata.class;
    }

    @Override
    protected Class<? extends TokenUsage> tokenUsageType(StreamingChatModel model) {
        return PosternTokenUsage.class;
    }
}
