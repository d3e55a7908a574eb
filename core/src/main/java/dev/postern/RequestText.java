package dev.postern;

import java.util.List;
import java.util.Map;

/**
 * The values of a request as text for logs and debuggers. Texts are shortened, because a conversation is long and private. Of
 * maps only the names are shown, because a value can be a key.
 */
final class RequestText {
    /** The longest text that is shown in full, in characters. */
    private static final int LONGEST_TEXT = 40;
    /** The longest list that is shown in full; of a longer one, the last elements are shown. */
    private static final int LONGEST_LIST = 4;

    private RequestText() {}

    static void append(StringBuilder out, Object value) {
        if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof List<?> list) {
            list(out, list);
        } else if (value instanceof Map<?, ?> map) {
            out.append(map.keySet());
        } else if (value instanceof Message message) {
            out.append(message.role().wire());
            list(out.append(' '), message.parts());
        } else if (value instanceof Content part) {
            content(out, part);
        } else if (value instanceof ToolDefinition tool) {
            out.append(tool.name());
        } else if (value instanceof ToolChoice.Named choice) {
            quote(out, choice.tool());
        } else if (value instanceof ToolChoice.Vendor choice) {
            out.append(choice.value().keySet());
        } else if (value instanceof ResponseFormat.JsonSchema format) {
            quote(out.append("JsonSchema "), format.name());
        } else {
            out.append(value);
        }
    }

    private static void content(StringBuilder out, Content part) {
        if (part instanceof Content.Text text) {
            quote(out, text.text());
        } else if (part instanceof Content.Reasoning reasoning) {
            quote(out.append("Reasoning "), reasoning.text());
        } else if (part instanceof ToolCall call) {
            out.append("ToolCall ").append(call.id()).append(' ').append(call.name());
        } else if (part instanceof ToolResult result) {
            list(
                    out.append(result.isError() ? "ToolError " : "ToolResult ")
                            .append(result.callId())
                            .append(' '),
                    result.content());
        } else {
            out.append(part); // media: type and length
        }
    }

    private static void list(StringBuilder out, List<?> list) {
        int first = Math.max(0, list.size() - LONGEST_LIST);
        out.append('[').append(first == 0 ? "" : first + " more");
        for (int i = first; i < list.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            append(out, list.get(i));
        }
        out.append(']');
    }

    private static void quote(StringBuilder out, String text) {
        int end = Math.min(text.length(), LONGEST_TEXT);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        out.append('"');
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
        out.append(end < text.length() ? "…\" (" + text.length() + " characters)" : "\"");
    }
}
