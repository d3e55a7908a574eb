package dev.postern.springai;

import dev.postern.LlmProvider;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.WireServer;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** Models, tools and short ways to what tests look at. */
final class Models {
    private Models() {}

    static PosternChatModel over(LlmProvider llm) {
        return PosternChatModel.builder(llm).build();
    }

    static OpenAiProvider provider(WireServer server) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("sk-secret")
                .defaultModel("small")
                .retries(RetryPolicy.none())
                .build();
    }

    /** A city, as the argument of a tool. */
    record City(String city) {}

    static ToolCallback weather() {
        return FunctionToolCallback.builder("get_weather", (City city) -> "18 degrees in " + city.city())
                .description("The weather in a city.")
                .inputType(City.class)
                .build();
    }

    static Prompt prompt(String text, PosternChatOptions.Builder options) {
        return new Prompt(text, options.build());
    }

    static Generation only(ChatResponse response) {
        if (response.getResults().size() != 1) {
            throw new AssertionError("not one generation: " + response);
        }
        return response.getResults().get(0);
    }

    static AssistantMessage message(ChatResponse response) {
        return only(response).getOutput();
    }
}
