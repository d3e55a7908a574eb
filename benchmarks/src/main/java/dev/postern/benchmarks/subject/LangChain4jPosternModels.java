package dev.postern.benchmarks.subject;

import dev.postern.LlmProvider;
import dev.postern.call.Instrumentation;
import dev.postern.langchain4j.PosternChatModel;
import dev.postern.langchain4j.PosternStreamingChatModel;
import java.net.URI;

/** LangChain4j's interfaces over Postern's provider. */
final class LangChain4jPosternModels {
    private LangChain4jPosternModels() {}

    static LangChain4jSubject at(URI server, boolean http2) {
        LlmProvider llm = PosternSubject.provider(server, http2, Instrumentation.NONE);
        return new LangChain4jSubject(PosternStreamingChatModel.of(llm), PosternChatModel.of(llm));
    }
}
