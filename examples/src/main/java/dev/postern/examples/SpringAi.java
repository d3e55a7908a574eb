package dev.postern.examples;

import dev.postern.LlmProvider;
import dev.postern.springai.PosternChatModel;
import java.io.PrintStream;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.function.FunctionToolCallback;

/** A chat client of Spring AI over a provider: an answer, and a stream for which the model calls a tool. */
public final class SpringAi {
    private SpringAi() {}

    private record Place(String city) {}

    /** Runs the example. */
    public static void main(String[] arguments) throws Exception {
        Example.main(SpringAi::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        ChatClient client = ChatClient.create(PosternChatModel.builder(llm).build());
        out.println(client.prompt("What is the capital of France?").call().content());
        var weather = FunctionToolCallback.builder("get_weather", (Place place) -> "18 °C and sunny")
                .inputType(Place.class)
                .build();
        var answer = client.prompt("What is the weather in Paris?").tools(weather).stream();
        answer.content().doOnNext(out::print).blockLast();
        out.println();
    }
}
