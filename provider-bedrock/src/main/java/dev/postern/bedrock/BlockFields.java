package dev.postern.bedrock;

import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one event of a stream, or of one block of a whole answer. One object reads all of them in turn. The
 * index may come after the content, so an event is read completely before anything is emitted.
 */
final class BlockFields {
    int index;
    boolean indexed; // without an index, the event belongs to the block of the previous event
    String text = "";
    String reasoning = "";
    String signature = "";
    String redacted = "";
    String toolId = "";
    String toolName = "";
    String toolInput = "";
    /** Whether the input came as a complete JSON value and not as a fragment of text. */
    boolean wholeInput;
    /** Whether the service runs the tool itself. */
    boolean serverTool;
    /** Whether this is a tool call or part of one. */
    boolean tool;
    /** Whether there is a member that this reader knows, even if it is empty. */
    boolean known;
    /** The name of a member that this reader does not know; empty for none. */
    String unknown = "";
    /** Members that Postern has no type for, with their values, if they are kept. */
    final Map<String, @Nullable Object> others = new LinkedHashMap<>();

    private final boolean keepsOthers;

    /** The content of an event for which {@link #isOneString} is true. */
    private enum DeltaShape {
        TEXT,
        REASONING,
        INPUT
    }

    private DeltaShape gist = DeltaShape.TEXT;
    private int repeatedIndex;

    BlockFields(boolean keepsOthers) {
        this.keepsOthers = keepsOthers;
    }

    void reset() {
        text = reasoning = signature = redacted = toolId = toolName = toolInput = unknown = "";
        indexed = wholeInput = serverTool = tool = known = false;
        others.clear();
    }

    /** Whether any piece of content is not empty. */
    boolean hasContent() {
        return !(text.isEmpty()
                && reasoning.isEmpty()
                && signature.isEmpty()
                && redacted.isEmpty()
                && toolName.isEmpty()
                && toolInput.isEmpty());
    }

    /** Whether the content of the event is one string: text, reasoning, or the input of a tool call. */
    boolean isOneString() {
        gist = !text.isEmpty() ? DeltaShape.TEXT : !reasoning.isEmpty() ? DeltaShape.REASONING : DeltaShape.INPUT;
        repeatedIndex = index;
        String all = text + reasoning + toolInput + signature + redacted + toolId + toolName;
        return indexed
                && !serverTool
                && !wholeInput
                && others.isEmpty()
                && all.length() == oneString().length();
    }

    /** The string of an event for which {@link #isOneString} is true. */
    String oneString() {
        return gist == DeltaShape.TEXT ? text : gist == DeltaShape.REASONING ? reasoning : toolInput;
    }

    /** Sets the fields to those of the last event for which {@link #isOneString} was true, but with this string. */
    void repeat(String other) {
        reset();
        index = repeatedIndex;
        known = true;
        if (gist == DeltaShape.TEXT) {
            text = other;
        } else if (gist == DeltaShape.REASONING) {
            reasoning = other;
        } else {
            toolInput = other;
            tool = true;
        }
    }

    /** Reads {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone. */
    void event(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "contentBlockIndex" -> {
                        index = (int) json.integer(0);
                        indexed = true;
                    }
                    case "start", "delta" -> block(json);
                    default -> json.skip();
                }
            }
        }
    }

    /** Reads a block, or the start or a delta of one. Each is an object with one member. */
    void block(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> text = json.varying();
                    case "toolUse" -> toolUse(json);
                    case "reasoningContent" -> reasoning(json);
                    case "citationsContent" -> citations(json);
                    case "citation", "toolResult", "searchResult", "cachePoint", "guardContent" -> other(json);
                    default -> { // images, audio, video, and members of future versions
                        unknown = json.name();
                        other(json);
                        continue;
                    }
                }
                known = true;
            }
        }
    }

    private void other(JsonReader json) {
        if (keepsOthers) {
            String name = json.name();
            others.put(name, json.value());
        } else {
            json.skip();
        }
    }

    /**
     * Reads {@code {"toolUseId", "name", "input", "type"?}}. The input is an object in whole answers, text in streams.
     */
    private void toolUse(JsonReader json) {
        tool = true;
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "toolUseId" -> toolId = json.text();
                    case "name" -> toolName = json.text();
                    case "input" -> {
                        wholeInput = !json.isString() && !json.isNull();
                        toolInput = wholeInput ? json.source() : json.varying();
                    }
                    case "type" -> serverTool = json.is("server_tool_use");
                    default -> json.skip();
                }
            }
        }
        if (serverTool && keepsOthers) {
            Map<String, Object> begun = new LinkedHashMap<>();
            begun.put("toolUseId", toolId);
            begun.put("name", toolName);
            begun.put("type", "server_tool_use");
            others.put("toolUse", begun);
        }
    }

    /** Reads reasoning, whose members are at the top in streams and in {@code reasoningText} in whole answers. */
    private void reasoning(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> reasoning = json.varying();
                    case "signature" -> signature = json.text();
                    case "redactedContent" -> redacted = json.text();
                    case "reasoningText" -> reasoning(json);
                    default -> json.skip();
                }
            }
        }
    }

    /** Reads {@code {"content": [{"text": "…"}], "citations": […]}}. The text is part of the answer. */
    private void citations(JsonReader json) {
        StringBuilder joined = new StringBuilder(text);
        Object cited = null;
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("content")) {
                    if (json.beginArray()) {
                        while (json.nextElement()) {
                            text = "";
                            block(json);
                            joined.append(text);
                        }
                    }
                } else if (keepsOthers && json.name().equals("citations")) {
                    cited = json.value();
                } else {
                    json.skip();
                }
            }
        }
        text = joined.toString();
        if (cited != null) {
            others.put("citations", cited);
        }
    }
}
