package dev.postern.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelPublisherListenerTest;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.postern.LlmException;
import dev.postern.testkit.FakeLlm;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Tag;

/** LangChain4j's published tests of the listeners of streaming models, with a publisher. Two of them wait 3 seconds. */
@Tag("full")
class PublisherListenerJudgeTest extends AbstractStreamingChatModelPublisherListenerTest {
    @Override
    protected StreamingChatModel createModel(ChatModelListener listener, StreamScenario scenario) {
        return PosternStreamingChatModel.builder(llm(scenario))
                .listeners(listener)
                .build();
    }

    private static FakeLlm llm(StreamScenario scenario) {
        if (scenario.fail()) {
            return FakeLlm.failing(LlmException.Kind.SERVER);
        }
        FakeLlm llm = FakeLlm.answering(
                Collections.nCopies(scenario.contentChunks(), "word ").toArray(String[]::new));
        return scenario.spreadOverMillis() == 0
                ? llm
                : llm.paced(Duration.ofMillis(scenario.spreadOverMillis() / scenario.contentChunks()));
    }
}
