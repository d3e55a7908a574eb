package dev.postern.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.server.door.openai.ReceivedCompletion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Random answers pass OpenAI's API, whole and as a stream, and come back to the model server. */
class OpenAiProvidersTest extends DoorProvidersContract {
    @Override
    Object ask(String model, List<Object> messages, boolean stream) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("messages", messages);
        body.put(
                "tools",
                List.of(Map.of(
                        "type",
                        "function",
                        "function",
                        Map.of("name", "tool_0", "parameters", Map.of("type", "object")))));
        body.put("stream", stream);
        String answer = post("/v1/chat/completions", body);
        return stream
                ? streamed(answer)
                : requireNonNull(Json.object(answer).objects("choices").get(0).get("message"));
    }

    @Override
    List<Object> results(List<ToolCall> calls) {
        List<Object> results = new ArrayList<>();
        for (ToolCall call : calls) {
            results.add(Map.of("role", "tool", "tool_call_id", call.id(), "content", "Result of " + call.id()));
        }
        return results;
    }

    /** The message that a client makes of a stream. */
    private static Object streamed(String body) {
        ReceivedCompletion received = new ReceivedCompletion();
        for (String line : body.split("\n")) {
            if (line.startsWith("data: ")) {
                received.accept(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(received.isDone()).isTrue();
        return received.message();
    }
}
