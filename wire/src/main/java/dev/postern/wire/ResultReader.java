package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a tool result in the form of the gateway, OpenAI, Anthropic or Bedrock. */
final class ResultReader {
    private static final Set<String> PARTS =
            Set.of("text", "image", "image_url", "document", "file", "audio", "input_audio");

    private ResultReader() {}

    static ToolResult read(Fields result) {
        String id = result.firstText("tool_use_id", "tool_call_id", "toolUseId");
        List<Content> content = content(result);
        boolean failed = result.isTrue("is_error") || "error".equals(result.get("status"));
        return Fields.at(result.path(), "tool_results", () -> new ToolResult(id, content, failed));
    }

    /** Reads text or a list of parts. Any other value is the JSON that the tool returned, which is kept as text. */
    private static List<Content> content(Fields result) {
        Object value = result.get("content");
        if (value == null || "".equals(value)) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(Content.text(text));
        }
        boolean blocks = result.has("toolUseId");
        if (!(value instanceof List<?> list) || list.isEmpty() || !list.stream().allMatch(it -> isPart(it, blocks))) {
            return List.of(Content.text(Json.text(value)));
        }
        List<Content> parts = new ArrayList<>();
        for (Fields part : result.objects("content")) {
            parts.add(part.has("json") ? Content.text(Json.text(part.get("json"))) : PartReader.read(part));
        }
        return parts;
    }

    /** Whether the element is a part, not data of the tool. In the gateway's own form, a part has a type and its content. */
    private static boolean isPart(@Nullable Object element, boolean blocks) {
        if (!(element instanceof Map<?, ?> part)) {
            return false;
        }
        if (blocks && part.size() == 1) {
            return part.containsKey("text")
                    || part.containsKey("json")
                    || part.containsKey("image")
                    || part.containsKey("audio")
                    || part.containsKey("document");
        }
        if (!(part.get("type") instanceof String type) || !PARTS.contains(type)) {
            return false;
        }
        return type.equals("text")
                ? part.get("text") instanceof String
                : part.get("data") instanceof String
                        || part.get("url") instanceof String
                        || part.get("source") instanceof Map
                        || part.containsKey("image_url")
                        || part.get("file_id") instanceof String
                        || part.get("input_audio") instanceof Map
                        || part.get("file") instanceof Map;
    }
}
