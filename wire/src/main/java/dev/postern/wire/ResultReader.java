package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tool's result, in the gateway's form, OpenAI's, Anthropic's or Bedrock's. */
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

    /** Text is text and parts are parts; any other value is what the tool said in JSON, so it stays JSON. */
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

    /** In the gateway's own form a list of objects may as well be data; a part says its type. */
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
