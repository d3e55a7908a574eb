package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** The tool loop of an agent: call the model, run the tools that it requests, send the results, and repeat. */
public final class Tools {
    private static final int MAX_TURNS = 8; // the limit for a model that always calls tools

    private static final ToolDefinition WEATHER = ToolDefinition.of(
            "get_weather",
            "The weather in a city, now.",
            Map.of(
                    "type", "object",
                    "properties", Map.of("city", Map.of("type", "string", "description", "for example Paris")),
                    "required", List.of("city")));

    /** The data of the tool. A real tool would call a service. */
    private static final Map<String, String> WEATHERS = Map.of("Paris", "18 °C and sunny", "Oslo", "9 °C and rainy");

    private Tools() {}

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main(Tools::run);
    }

    static void run(LlmProvider llm, PrintStream out) {
        String question = "What is the weather in Paris, in Oslo and in Atlantis?";
        out.println("you    " + question);

        CompletionRequest.Builder conversation =
                CompletionRequest.builder().user(question).tool(WEATHER);
        for (int turn = 0; turn < MAX_TURNS; turn++) {
            CompletionResponse answer = llm.completions(conversation.build());
            conversation.message(
                    answer.message()); // unchanged, because it may have data that the backend needs in the next request
            if (answer.toolCalls().isEmpty()) {
                out.println("model  " + answer.content());
                return;
            }
            List<ToolResult> results =
                    answer.toolCalls().stream().map(call -> run(call, out)).toList();
            conversation.toolResults(results); // all results of a turn together, in the order of the calls
        }
        out.println("The model still calls tools after " + MAX_TURNS + " turns.");
    }

    /** Runs one call. The model gets failures as results, because it can often correct its call. */
    private static ToolResult run(ToolCall call, PrintStream out) {
        out.println("model  calls " + call.name() + " with " + call.input());
        ToolResult result;
        if (!call.name().equals(WEATHER.name())) {
            result = ToolResult.error(call.id(), "there is no tool " + call.name());
        } else if (call.input().get("city") instanceof String city && WEATHERS.containsKey(city)) {
            result = ToolResult.of(call.id(), WEATHERS.get(city));
        } else {
            result = ToolResult.error(call.id(), "no station there; known are " + WEATHERS.keySet());
        }
        out.println("tool   " + (result.isError() ? "error: " : "") + result.text());
        return result;
    }
}
