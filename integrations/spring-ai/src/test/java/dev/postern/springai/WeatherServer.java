package dev.postern.springai;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.JsonObject;
import dev.postern.testkit.WireRequest;
import dev.postern.testkit.WireServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model with rules for questions about the weather, behind a server with OpenAI's API: it calls the first tool once for each city of the
 * question, and answers with the results.
 */
final class WeatherServer {
    private static final List<String> CITIES = List.of("San Francisco", "Tokyo", "Paris");

    private final AtomicInteger calls = new AtomicInteger();

    private WeatherServer() {}

    static WireServer start() {
        WeatherServer model = new WeatherServer();
        return WireServer.openai().respond(model::answer).repeatLast();
    }

    private CompletionResponse answer(WireRequest request) {
        List<JsonObject> messages = request.json().objects("messages");
        String question = "";
        List<String> results = new ArrayList<>();
        for (JsonObject message : messages) {
            if (message.text("role").equals("user")) {
                question = message.text("content");
                results.clear();
            } else if (message.text("role").equals("tool")) {
                results.add(message.text("content"));
            }
        }
        List<JsonObject> tools = request.json().objects("tools");
        boolean isAnswered = !results.isEmpty() || tools.isEmpty();
        return isAnswered
                ? answer(List.of(Content.text("The weather: " + String.join(", ", results))), StopReason.END_TURN)
                : answer(calls(tools.get(0).object("function").text("name"), question), StopReason.TOOL_USE);
    }

    private List<Content> calls(String tool, String question) {
        List<Content> made = new ArrayList<>();
        for (String city : CITIES) {
            if (question.contains(city)) {
                made.add(ToolCall.of(
                        "call_" + calls.incrementAndGet(),
                        tool,
                        Map.of("location", city, "lat", 1.5, "lon", 2.5, "unit", "C")));
            }
        }
        return made;
    }

    private static CompletionResponse answer(List<Content> parts, StopReason reason) {
        return CompletionResponse.builder()
                .model("small")
                .content(parts)
                .stopReason(reason)
                .usage(Usage.of(10, 5))
                .build();
    }
}
