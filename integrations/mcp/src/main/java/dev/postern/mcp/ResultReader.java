package dev.postern.mcp;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ToolResult;
import dev.postern.agent.Tool;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the result for the model of what a tool of a server returned. */
final class ResultReader {
    /** The agent sets the id of the call. */
    private static final String ANY_ID = "mcp";

    private ResultReader() {}

    static ToolResult read(JsonObject result) {
        List<Content> parts = new ArrayList<>();
        result.objects("content").forEach(part -> parts.add(part(part)));
        Object structured = result.get("structuredContent");
        if (structured != null && !isRepeated(parts, structured)) {
            parts.add(Content.text(Json.text(structured)));
        }
        if (parts.isEmpty()) {
            parts.add(Content.text(Tool.DONE));
        }
        return new ToolResult(ANY_ID, parts, Boolean.TRUE.equals(result.get("isError")));
    }

    /** Whether one of the texts is the structured content as JSON, as servers should send it for older clients. */
    private static boolean isRepeated(List<Content> parts, Object structured) {
        for (Content part : parts) {
            if (part instanceof Content.Text text && Objects.equals(json(text.text()), structured)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Object json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return null;
        }
    }

    private static Content part(JsonObject part) {
        String type = part.text("type");
        return switch (type) {
            case "text" -> Content.text(part.text("text"));
            case "image", "audio" -> bytes(type, part.text("mimeType"), part.text("data"), "");
            case "resource_link" -> Content.text("[link to a resource: " + described(part) + "]");
            case "resource" -> resource(part.object("resource"));
            default -> Content.text("[content of the type '" + RpcError.shortened(type) + "', which cannot be shown]");
        };
    }

    private static Content resource(JsonObject resource) {
        if (!resource.has("blob")) {
            return Content.text("[resource: " + described(resource) + "]\n" + resource.text("text"));
        }
        String mediaType = resource.text("mimeType");
        String kind = mediaType.startsWith("image/") ? "image" : mediaType.startsWith("audio/") ? "audio" : "resource";
        return bytes(kind, mediaType, resource.text("blob"), resource.text("uri"));
    }

    private static Content bytes(String kind, String mediaType, String data, String uri) {
        try {
            return switch (kind) {
                case "image" -> new Content.Image(mediaType, data, "");
                case "audio" -> new Content.Audio(mediaType, data);
                default -> new Content.Document(mediaType, uri.substring(uri.lastIndexOf('/') + 1), data);
            };
        } catch (LlmException e) {
            return Content.text(
                    "[" + kind + (uri.isEmpty() ? "" : " " + uri) + ", which cannot be shown: " + e.getMessage() + "]");
        }
    }

    private static String described(JsonObject resource) {
        StringBuilder text = new StringBuilder(resource.text("uri"));
        for (String field : List.of("name", "mimeType", "description")) {
            if (!resource.text(field).isEmpty()) {
                text.append(", ").append(resource.text(field));
            }
        }
        return text.toString();
    }
}
