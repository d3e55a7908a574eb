package dev.postern.server.door.openai;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chat completion that a client makes of a stream, with all fields that it does not know. */
public final class ReceivedCompletion {
    private final Map<String, @Nullable Object> message = new LinkedHashMap<>(Map.of("role", "assistant"));
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<@Nullable Object> details = new ArrayList<>();
    private final List<Map<String, Object>> calls = new ArrayList<>();
    private final List<StringBuilder> arguments = new ArrayList<>();
    private String finishReason = "";
    private @Nullable Object usage;
    private boolean done;

    /** Takes the data of an event. */
    public void accept(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        if (done) {
            throw new AssertionError("after the end: " + text);
        }
        if (text.equals("[DONE]")) {
            done = true;
            return;
        }
        JsonObject chunk = Json.object(text);
        if (chunk.has("usage")) {
            usage = chunk.get("usage");
        }
        for (JsonObject choice : chunk.objects("choices")) {
            JsonObject delta = choice.object("delta");
            content.append(delta.text("content"));
            reasoning.append(delta.text("reasoning_content"));
            delta.objects("reasoning_details")
                    .forEach(detail -> details.add(Map.of("signature", detail.text("signature"))));
            delta.objects("tool_calls").forEach(this::call);
            finishReason = choice.has("finish_reason") ? choice.text("finish_reason") : finishReason;
        }
    }

    private void call(JsonObject delta) {
        int index = Math.toIntExact(delta.integer("index", -1));
        if (index == calls.size()) {
            calls.add(new LinkedHashMap<>(Map.of("id", delta.text("id"), "type", "function")));
            calls.get(index).put("name", delta.object("function").text("name"));
            arguments.add(new StringBuilder());
        }
        arguments.get(index).append(delta.object("function").text("arguments"));
        if (delta.has("signature")) {
            calls.get(index).put("signature", delta.text("signature"));
        }
    }

    /** The message, as a client sends it back. */
    public Map<String, @Nullable Object> message() {
        message.put("content", content.toString());
        message.put("reasoning_content", reasoning.toString());
        message.put("reasoning_details", details);
        List<Object> whole = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Map<String, Object> call = new LinkedHashMap<>(calls.get(i));
            Object name = call.remove("name");
            call.put(
                    "function",
                    Map.of("name", name, "arguments", arguments.get(i).toString()));
            whole.add(call);
        }
        message.put("tool_calls", whole);
        return message;
    }

    String finishReason() {
        return finishReason;
    }

    @Nullable
    Object usage() {
        return usage;
    }

    /** Whether the end of the stream has come. */
    public boolean isDone() {
        return done;
    }
}
