package dev.postern.agent;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.schema.PlainJson;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the model is told of a call.
 *
 * @param call the call
 * @param most characters that a result's text may have
 */
record ToolText(ToolCall call, int most) {
    /** A schema beyond this length is not said again; the model has it already. */
    private static final int LONGEST_SCHEMA = 4000;

    private static final int LONGEST_RAW = 200;
    private static final int LONGEST_FAILURE = 2000;

    private String id() {
        return call.id();
    }

    /** The result that a function returned. */
    ToolResult of(@Nullable Object value) {
        if (value instanceof ToolResult whole) {
            return new ToolResult(id(), bounded(whole.content()), whole.isError());
        }
        if (value == null) {
            return ToolResult.of(id(), Tool.DONE);
        }
        if (value instanceof Optional<?> maybe && maybe.isPresent()) {
            return of(maybe.get());
        }
        if (value instanceof CharSequence text) {
            return ToolResult.of(id(), cut(text.toString(), most));
        }
        List<Content> parts = parts(value);
        if (parts != null) {
            return new ToolResult(id(), bounded(parts), false);
        }
        Object json;
        try {
            json = PlainJson.of(value);
        } catch (LlmException e) {
            ToolFailures.log(Level.WARNING, call, "showing what a tool returned", e);
            return ToolResult.error(
                    id(),
                    "Error: the tool has run, but what it returned cannot be shown: "
                            + cut(String.valueOf(e.getMessage()), LONGEST_FAILURE));
        }
        return ToolResult.of(id(), cut(json instanceof String text ? text : Json.text(json), most));
    }

    /** Text, images and documents; null if it is anything else. */
    private static @Nullable List<Content> parts(Object value) {
        if (value instanceof Content one) {
            return List.of(one);
        }
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            return null;
        }
        List<Content> parts = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Content part)) {
                return null;
            }
            parts.add(part);
        }
        return parts;
    }

    /** All texts together have the length that one may have. */
    private List<Content> bounded(List<Content> parts) {
        if (Content.textOf(parts).length() <= most) {
            return parts;
        }
        List<Content> bounded = new ArrayList<>();
        int left = most;
        for (Content part : parts) {
            if (!(part instanceof Content.Text text)) {
                bounded.add(part);
            } else if (left > 0) {
                bounded.add(new Content.Text(cut(text.text(), left)));
                left -= Math.min(left, text.text().length());
            }
        }
        return bounded;
    }

    /** The arguments were no JSON object. */
    ToolResult malformed(ToolDefinition tool) {
        String raw = String.valueOf(call.input().get(ToolCall.RAW));
        return ToolResult.error(
                id(),
                "Error: the arguments of " + tool.name() + " are no JSON object: " + cut(raw, LONGEST_RAW)
                        + wanted(tool));
    }

    /** The arguments were not those that the tool takes. */
    ToolResult misfit(ToolDefinition tool, LlmException problems) {
        String list = cut(String.valueOf(problems.getMessage()), LONGEST_FAILURE);
        return ToolResult.error(id(), "Error: the arguments of " + tool.name() + " do not fit: " + list + wanted(tool));
    }

    private static String wanted(ToolDefinition tool) {
        String schema = Json.text(tool.inputSchema());
        return schema.length() > LONGEST_SCHEMA
                ? "\nThe tool did not run. Call it again with arguments that follow its schema."
                : "\nThe tool did not run. Call it again with arguments that follow this JSON Schema: " + schema;
    }

    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        String beginning = beginning(text, most);
        return beginning + "\n[cut: " + beginning.length() + " of " + text.length() + " characters]";
    }

    /** At most so many characters of a longer text; whole ones, no half of a pair. */
    static String beginning(String text, int most) {
        return text.substring(0, most > 0 && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
