package dev.postern.server.door.anthropic;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.server.door.Body;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads content blocks, except those with reasoning. */
final class BlockReader {
    private BlockReader() {}

    /** The cache mark of a block or tool, or of the whole request. */
    static CacheMark mark(Body block) {
        if (!block.has("cache_control")) {
            return CacheMark.NONE;
        }
        Body mark = block.object("cache_control");
        return switch (mark.text("ttl")) {
            case "" -> CacheMark.DEFAULT;
            case "5m" -> CacheMark.FIVE_MINUTES;
            case "1h" -> CacheMark.ONE_HOUR;
            default -> throw mark.wrong("ttl", "must be 5m or 1h");
        };
    }

    static Content read(Body block) {
        String type = block.text("type");
        return switch (type) {
            case "text" -> Content.text(block.text("text"));
            case "image" -> image(block);
            case "document" -> document(block);
            case "search_result" -> searchResult(block);
            case "tool_use" -> call(block);
            case "tool_result" -> result(block);
            default ->
                throw block.wrong(
                        "type",
                        "'" + shown(type)
                                + "' is not supported by this gateway; use text, image, document, search_result,"
                                + " tool_use, tool_result, thinking or redacted_thinking");
        };
    }

    /** A word of the client for a message. */
    static String shown(String word) {
        return word.length() <= 40 && word.chars().allMatch(c -> c > ' ' && c < 127) ? word : "…";
    }

    private static ToolCall call(Body block) {
        Map<String, @Nullable Object> input = block.map("input");
        return block.make(() -> ToolCall.of(block.text("id"), block.text("name"), input));
    }

    private static ToolResult result(Body block) {
        List<Content> content = new ArrayList<>();
        if (block.get("content") instanceof String text) {
            content.add(Content.text(text));
        } else {
            for (Body part : block.objects("content")) {
                if (!part.text("type").equals("tool_reference")) { // names a tool that is in the request anyway
                    content.add(read(part));
                }
            }
        }
        boolean failed = block.isTrue("is_error");
        return block.make(() -> new ToolResult(block.text("tool_use_id"), content, failed));
    }

    private static Content image(Body block) {
        Body source = block.object("source");
        return switch (source.text("type")) {
            case "base64" -> source.make(() -> new Content.Image(source.text("media_type"), source.text("data"), ""));
            case "url" -> source.make(() -> Content.imageUrl(source.text("url")));
            default -> throw source.wrong("type", "must be base64 or url; files of Anthropic are not known here");
        };
    }

    private static Content document(Body block) {
        Body source = block.object("source");
        String title = block.text("title");
        return switch (source.text("type")) {
            case "base64" ->
                source.make(() -> new Content.Document(source.text("media_type"), title, source.text("data")));
            case "text" -> textDocument(source, title, source.text("data"));
            case "content" ->
                textDocument(source, title, source.get("content") instanceof String text ? text : texts(source));
            default ->
                throw source.wrong(
                        "type", "must be base64, text or content; send the bytes of a document at a URL or in a file");
        };
    }

    private static Content textDocument(Body source, String title, String text) {
        String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        return source.make(() -> new Content.Document("text/plain", title, data));
    }

    private static Content searchResult(Body block) {
        return Content.text(block.text("title") + "\n" + block.text("source") + "\n" + texts(block));
    }

    private static String texts(Body holder) {
        List<String> texts = new ArrayList<>();
        for (Body part : holder.objects("content")) {
            if (!part.text("type").equals("text")) {
                throw holder.wrong("content", "may have blocks of text only");
            }
            texts.add(part.text("text"));
        }
        return String.join("\n", texts);
    }
}
