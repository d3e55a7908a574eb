package dev.postern.benchmarks.subject;

import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.URI;
import java.time.Duration;

/** LangChain4j's own models, with its HTTP client that uses the JDK's. */
final class LangChain4jModels {
    private static final Duration LONG = Duration.ofMinutes(30);

    private LangChain4jModels() {}

    static LangChain4jSubject at(URI server) {
        String address = server.resolve("/v1").toString();
        return new LangChain4jSubject(
                OpenAiStreamingChatModel.builder()
                        .baseUrl(address)
                        .apiKey("key")
                        .modelName("none")
                        .timeout(LONG)
                        .build(),
                OpenAiChatModel.builder()
                        .baseUrl(address)
                        .apiKey("key")
                        .modelName("none")
                        .timeout(LONG)
                        .build());
    }
}
