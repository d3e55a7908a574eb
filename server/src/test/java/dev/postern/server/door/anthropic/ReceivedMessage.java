package dev.postern.server.door.anthropic;

import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The message that a strict client makes of a stream: blocks follow each other, and each is closed before the next. */
final class ReceivedMessage {
    private final List<Map<String, @Nullable Object>> content = new ArrayList<>();
    private final StringBuilder arguments = new StringBuilder();
    private final List<String> types = new ArrayList<>();
    private boolean open;
    private JsonObject end = JsonObject.of(null);

    void accept(byte[] frame) {
        String text = new String(frame, StandardCharsets.UTF_8);
        String[] lines = text.split("\n", -1);
        require(lines.length == 4 && lines[2].isEmpty() && lines[3].isEmpty(), "frame", text);
        JsonObject event = Json.object(lines[1].substring("data: ".length()));
        String type = event.text("type");
        require(lines[0].equals("event: " + type), "name", text);
        require(types.isEmpty() == type.equals("message_start"), "first", text);
        require(!types.contains("message_stop"), "after the end", text);
        types.add(type);
        switch (type) {
            case "content_block_start" -> start(event, text);
            case "content_block_delta" -> delta(event, text);
            case "content_block_stop" -> stop(event, text);
            case "message_delta" -> {
                require(!open, "block is open", text);
                end = event;
            }
            default -> {}
        }
    }

    private void start(JsonObject event, String text) {
        require(!open && event.integer("index", -1) == content.size(), "index", text);
        open = true;
        Map<String, @Nullable Object> block = new LinkedHashMap<>();
        JsonObject given = event.object("content_block");
        given.names().forEach(name -> block.put(name, given.get(name)));
        content.add(block);
        arguments.setLength(0);
    }

    private void delta(JsonObject event, String text) {
        require(open && event.integer("index", -1) == content.size() - 1, "index", text);
        Map<String, @Nullable Object> block = content.get(content.size() - 1);
        JsonObject delta = event.object("delta");
        switch (delta.text("type")) {
            case "text_delta" -> block.merge("text", delta.text("text"), (a, b) -> "" + a + b);
            case "thinking_delta" -> block.merge("thinking", delta.text("thinking"), (a, b) -> "" + a + b);
            case "signature_delta" -> block.put("signature", delta.text("signature"));
            case "input_json_delta" -> arguments.append(delta.text("partial_json"));
            default -> throw new AssertionError(text);
        }
    }

    private void stop(JsonObject event, String text) {
        require(open && event.integer("index", -1) == content.size() - 1, "index", text);
        open = false;
        Map<String, @Nullable Object> block = content.get(content.size() - 1);
        if ("tool_use".equals(block.get("type"))) {
            require(block.get("input") instanceof Map<?, ?> empty && empty.isEmpty(), "input", text);
            block.put("input", Json.parse(arguments.toString()));
        }
    }

    private static void require(boolean fine, String what, String text) {
        if (!fine) {
            throw new AssertionError(what + ": " + text);
        }
    }

    List<Map<String, @Nullable Object>> content() {
        return content;
    }

    /** The event {@code message_delta}. */
    JsonObject end() {
        return end;
    }

    List<String> types() {
        return types;
    }
}
