package dev.postern;

import java.util.List;
import java.util.Map;

/**
 * The values of a request as text for logs and debuggers. Texts and names are shortened, because a conversation is long and
 * private, and control characters become spaces, because a line break could forge a line of a log. Of maps only the names are
 * shown, because a value can be a key.
 */
final class RequestText {
    /** The longest text that is shown in full, in characters. */
    private static final int LONGEST_TEXT = 40;
    /** The longest list that is shown in full; of a longer one, the last elements are shown. */
    private static final int LONGEST_LIST = 4;
    /** The most names of a map that are shown. */
    private static final int MOST_NAMES = 20;

    private RequestText() {}

    static void append(StringBuilder out, Object value) {
        if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof List<?> list) {
            list(out, list);
        } else if (value instanceof Map<?, ?> map) {
            names(out, map);
        } else if (value instanceof Message message) {
            out.append(message.role().wire());
            list(out.append(' '), message.parts());
        } else if (value instanceof Content part) {
            content(out, part);
        } else if (value instanceof ToolDefinition tool) {
            shorten(out, tool.name());
        } else if (value instanceof ToolChoice.Named choice) {
            quote(out, choice.tool());
        } else if (value instanceof ToolChoice.Vendor choice) {
            names(out, choice.value());
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
            shorten(out.append("ToolCall "), call.id());
            shorten(out.append(' '), call.name());
        } else if (part instanceof ToolResult result) {
            shorten(out.append(result.isError() ? "ToolError " : "ToolResult "), result.callId());
            list(out.append(' '), result.content());
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

    /** The names of the map, without its values. */
    static String names(Map<?, ?> map) {
        StringBuilder out = new StringBuilder();
        names(out, map);
        return out.toString();
    }

    private static void names(StringBuilder out, Map<?, ?> map) {
        int shown = 0;
        out.append('[');
        for (Object name : map.keySet()) {
            if (shown == MOST_NAMES) {
                out.append(", ").append(map.size() - shown).append(" more");
                break;
            }
            shorten(out.append(shown++ == 0 ? "" : ", "), String.valueOf(name));
        }
        out.append(']');
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        if (shorten(out, text)) {
            out.append("\" (").append(text.length()).append(" characters)");
        } else {
            out.append('"');
        }
    }

    /** The text in one line, shortened. */
    static String shortened(String text) {
        StringBuilder out = new StringBuilder();
        shorten(out, text);
        return out.toString();
    }

    /** Appends the text in one line; returns whether it was too long to be shown in full. */
    private static boolean shorten(StringBuilder out, String text) {
        int end = Math.min(text.length(), LONGEST_TEXT);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? ' ' : c);
        }
        if (end == text.length()) {
            return false;
        }
        out.append('…');
        return true;
    }
}
