package dev.postern.springai;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.springframework.ai.test.options.AbstractChatOptionsTests;

/** The tests that Spring AI publishes for options. */
@Tag("full")
class ChatOptionsContractTest extends AbstractChatOptionsTests<PosternChatOptions, PosternChatOptions.Builder> {
    @Override
    protected Class<PosternChatOptions> getConcreteOptionsClass() {
        return PosternChatOptions.class;
    }

    @Override
    protected PosternChatOptions.Builder readyToBuildBuilder() {
        return PosternChatOptions.builder().model("m").maxTokens(7).stopSequences(List.of("END"));
    }
}
