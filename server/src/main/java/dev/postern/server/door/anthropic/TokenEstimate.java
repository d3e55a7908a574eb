package dev.postern.server.door.anthropic;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import java.nio.charset.StandardCharsets;

/** Estimates the tokens of a request: four bytes of text are one, an image or a document counts as 1,000. */
final class TokenEstimate {
    private static final int BYTES_PER_TOKEN = 4;
    private static final long MEDIA = 1_000L * BYTES_PER_TOKEN;
    /** What a message or a tool has beside its text. */
    private static final int FRAME = 16;

    private TokenEstimate() {}

    static long of(CompletionRequest request) {
        long bytes = length(request.system());
        for (Message message : request.messages()) {
            bytes += FRAME;
            for (Content part : message.parts()) {
                bytes += bytes(part);
            }
        }
        for (ToolDefinition tool : request.tools()) {
            bytes += FRAME + length(tool.name()) + length(tool.description()) + length(Json.text(tool.inputSchema()));
        }
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    private static long bytes(Content part) {
        if (part instanceof Content.Text text) {
            return length(text.text());
        } else if (part instanceof Content.Reasoning thought) {
            return length(thought.text());
        } else if (part instanceof ToolCall call) {
            return length(call.name()) + length(Json.text(call.input()));
        } else if (part instanceof ToolResult result) {
            long sum = 0;
            for (Content inner : result.content()) {
                sum += bytes(inner);
            }
            return sum;
        }
        return MEDIA;
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
