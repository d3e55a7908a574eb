package dev.postern.benchmarks.subject;

import java.net.URI;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** Spring AI's own model of OpenAI. */
final class SpringAiModels {
    private SpringAiModels() {}

    static SpringAiSubject at(URI server) {
        String address = server.resolve("/v1").toString();
        return new SpringAiSubject(
                OpenAiChatModel.builder().options(options(address, "none")).build(), model -> options(address, model));
    }

    private static OpenAiChatOptions options(String address, String model) {
        OpenAiChatOptions.Builder options = new OpenAiChatOptions.Builder();
        options.baseUrl(address);
        options.apiKey("key");
        options.model(model);
        options.streamUsage(true);
        return options.build();
    }
}
