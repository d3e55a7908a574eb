package dev.postern;

import java.util.List;
import java.util.Objects;

/**
 * The result of a tool call.
 *
 * @param callId the {@link ToolCall#id()} of the call
 * @param content text, images, documents or audio
 * @param isError whether the tool failed; the text then explains the failure
 */
public record ToolResult(String callId, List<Content> content, boolean isError) implements Content {

    /** Copies the content; refuses a result without id, or one that holds anything but text, images and documents. */
    public ToolResult {
        if (Objects.requireNonNull(callId, "callId").isEmpty()) {
            throw LlmException.invalidRequest("tool_results.tool_use_id", "must not be empty");
        }
        content = List.copyOf(content);
        for (Content part : content) {
            if (part instanceof ToolCall || part instanceof ToolResult || part instanceof Reasoning) {
                throw LlmException.invalidRequest(
                        "tool_results.content",
                        "holds text, images, documents or audio, not "
                                + part.getClass().getSimpleName());
            }
        }
    }

    /** A result that is text, such as JSON. */
    public static ToolResult of(String callId, String text) {
        return new ToolResult(callId, List.of(new Text(text)), false);
    }

    /** A failure, with a text for the model. */
    public static ToolResult error(String callId, String text) {
        return new ToolResult(callId, List.of(new Text(text)), true);
    }

    /** The text of all text parts. */
    public String text() {
        return Content.textOf(content);
    }
}
