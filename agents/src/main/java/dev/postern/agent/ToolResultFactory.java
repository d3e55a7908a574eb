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
 * Makes the results of a call.
 *
 * @param call the call
 * @param maxCharacters how many characters a result's text may have
 */
record ToolResultFactory(ToolCall call, int maxCharacters) {
    /** A longer schema is not repeated; the model has it already. */
    private static final int LONGEST_SCHEMA = 4000;

    private static final int LONGEST_RAW = 200;
    private static final int LONGEST_FAILURE = 2000;

    private String id() {
        return call.id();
    }

    /** Returns the result for the return value of a function. */
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
            return ToolResult.of(id(), cut(text.toString(), maxCharacters));
        }
        List<Content> parts = parts(value);
        if (parts != null) {
            return new ToolResult(id(), bounded(parts), false);
        }
        Object json;
        try {
            json = PlainJson.of(value);
        } catch (LlmException e) {
            ToolFailures.log(Level.WARNING, call, "converting a tool's return value", e);
            return ToolResult.error(
                    id(),
                    "Error: the tool has run, but its return value cannot be converted to JSON: "
                            + cut(String.valueOf(e.getMessage()), LONGEST_FAILURE));
        }
        return ToolResult.of(id(), cut(json instanceof String text ? text : Json.text(json), maxCharacters));
    }

    /** Returns the parts of a value that consists of content; null for any other value. */
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

    /** Cuts the parts so that all texts together are within the limit. */
    private List<Content> bounded(List<Content> parts) {
        if (Content.textOf(parts).length() <= maxCharacters) {
            return parts;
        }
        List<Content> bounded = new ArrayList<>();
        int left = maxCharacters;
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

    /** Returns the error for arguments that are not a JSON object. */
    ToolResult malformed(ToolDefinition tool) {
        String raw = String.valueOf(call.input().get(ToolCall.RAW));
        return ToolResult.error(
                id(),
                "Error: the arguments of " + tool.name() + " are not a JSON object: " + cut(raw, LONGEST_RAW)
                        + retryHint(tool));
    }

    /** Returns the error for arguments that do not match the schema. */
    ToolResult invalidArguments(ToolDefinition tool, LlmException problems) {
        String list = cut(String.valueOf(problems.getMessage()), LONGEST_FAILURE);
        return ToolResult.error(
                id(), "Error: the arguments of " + tool.name() + " are invalid: " + list + retryHint(tool));
    }

    private static String retryHint(ToolDefinition tool) {
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

    /** Returns the first characters of a longer text, without half a surrogate pair at the end. */
    static String beginning(String text, int most) {
        return text.substring(0, most > 0 && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
