package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The first five minutes: a completion, a stream and a tool call. */
public final class Quickstart {
    private Quickstart() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(Quickstart::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        completion(llm, out);
        stream(llm, out);
        toolCall(llm, out);
        out.println();
        out.println(
                "That was Quickstart.java in examples/src/main/java/dev/postern/examples; examples/run lists more.");
    }

    private static void completion(LlmProvider llm, PrintStream out) {
        out.println("1. A completion");
        String question = "What is the capital of France? Answer in one word.";
        out.println("   you    " + question);

        CompletionResponse answer = llm.completions(CompletionRequest.of(question));

        out.println("   model  " + answer.content());
        answer.usage()
                .ifPresent(usage -> out.println("          (" + answer.model() + ": " + usage.inputTokens()
                        + " tokens in, " + usage.outputTokens() + " out)"));
        out.println();
    }

    private static void stream(LlmProvider llm, PrintStream out) {
        out.println("2. A stream: each word as the model makes it");
        String question = "What is an LLM gateway good for?";
        out.println("   you    " + question);
        out.print("   model  ");

        CompletionRequest request = CompletionRequest.builder()
                .system("Answer in at most three sentences.")
                .user(question)
                .build();
        try (EventStream events = EventStream.of(llm.stream(request))) {
            for (StreamEvent event : events) {
                if (event instanceof StreamEvent.ContentDelta text) {
                    out.print(text.delta());
                    out.flush();
                }
            }
        }
        out.println();
        out.println();
    }

    private static void toolCall(LlmProvider llm, PrintStream out) {
        out.println("3. A tool call: the model asks, the program answers, the model goes on");
        String question = "What is the weather in Paris? Use the tool.";
        out.println("   you    " + question);

        CompletionRequest.Builder conversation = CompletionRequest.builder()
                .user(question)
                .tool(ToolDefinition.of(
                        "get_weather",
                        "The weather in a city, now.",
                        Map.of(
                                "type", "object",
                                "properties", Map.of("city", Map.of("type", "string")),
                                "required", List.of("city"))));
        CompletionResponse answer = llm.completions(conversation.build());
        if (answer.toolCalls().isEmpty()) {
            out.println("   (this model did not call the tool)");
        } else {
            conversation.message(answer.message()); // the tool call is part of the conversation
            ToolResult[] results =
                    answer.toolCalls().stream().map(call -> weather(call, out)).toArray(ToolResult[]::new);
            answer = llm.completions(conversation.toolResults(results).build());
        }
        out.println("   model  " + answer.content());
    }

    private static ToolResult weather(ToolCall call, PrintStream out) {
        String weather = "18 °C and sunny";
        out.println("   model  calls " + call.name() + " with " + call.input());
        out.println("   tool   " + weather);
        return ToolResult.of(call.id(), weather);
    }
}
