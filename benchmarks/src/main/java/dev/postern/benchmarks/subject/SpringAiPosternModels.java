package dev.postern.benchmarks.subject;

import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
import dev.postern.springai.PosternChatModel;
import dev.postern.springai.PosternChatOptions;
import java.net.URI;

/** Spring AI's interface over Postern's provider. */
final class SpringAiPosternModels {
    private SpringAiPosternModels() {}

    static SpringAiSubject at(URI server, boolean http2) {
        LlmProvider llm = PosternSubject.provider(server, http2, Instrumentation.NONE);
        return new SpringAiSubject(
                PosternChatModel.builder(llm).build(),
                model -> PosternChatOptions.builder().model(model).build());
    }
}
