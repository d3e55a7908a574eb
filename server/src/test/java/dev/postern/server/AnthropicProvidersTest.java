package dev.postern.server;

import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Random answers pass Anthropic's API, whole and as a stream, and come back to the model server. */
class AnthropicProvidersTest extends DoorProvidersContract {
    @Override
    Object ask(String model, List<Object> messages, boolean stream) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("max_tokens", 4_000);
        body.put("thinking", Map.of("type", "adaptive"));
        body.put("messages", messages);
        body.put("tools", List.of(Map.of("name", "tool_0", "input_schema", Map.of("type", "object"))));
        body.put("stream", stream);
        String answer = post("/v1/messages", body);
        Object content = stream ? streamed(answer) : Json.object(answer).get("content");
        return Map.of("role", "assistant", "content", content == null ? List.of() : content);
    }

    @Override
    List<Object> results(List<ToolCall> calls) {
        List<Object> results = new ArrayList<>();
        for (ToolCall call : calls) {
            results.add(Map.of("type", "tool_result", "tool_use_id", call.id(), "content", "Result of " + call.id()));
        }
        return List.of(Map.of("role", "user", "content", results));
    }

    /** The content that a client makes of a stream. */
    private static Object streamed(String body) {
        List<Map<String, @Nullable Object>> content = new ArrayList<>();
        StringBuilder arguments = new StringBuilder();
        for (String line : body.split("\n")) {
            if (!line.startsWith("data: ")) {
                continue;
            }
            JsonObject event = Json.object(line.substring("data: ".length()));
            JsonObject delta = event.object("delta");
            switch (event.text("type")) {
                case "content_block_start" -> {
                    Map<String, @Nullable Object> block = new LinkedHashMap<>();
                    JsonObject begun = event.object("content_block");
                    begun.names().forEach(name -> block.put(name, begun.get(name)));
                    content.add(block);
                    arguments.setLength(0);
                }
                case "content_block_delta" -> {
                    Map<String, @Nullable Object> block = content.get(content.size() - 1);
                    arguments.append(delta.text("partial_json"));
                    for (String field : List.of("text", "thinking", "signature")) {
                        if (delta.has(field)) {
                            block.merge(field, delta.text(field), (a, b) -> "" + a + b);
                        }
                    }
                }
                case "content_block_stop" -> {
                    Map<String, @Nullable Object> block = content.get(content.size() - 1);
                    if ("tool_use".equals(block.get("type"))) {
                        block.put("input", Json.parse(arguments.toString()));
                    }
                }
                default -> {}
            }
        }
        return content;
    }
}
