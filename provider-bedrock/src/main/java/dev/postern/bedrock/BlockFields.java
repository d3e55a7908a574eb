package dev.postern.bedrock;

import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a stream, or one block of a whole answer, says of its content block. One object reads all of them in
 * turn. The index may come after what it belongs to, so everything is read before anything is told.
 */
final class BlockFields {
    int index;
    boolean indexed; // else it belongs to the block of the event before
    String text = "";
    String reasoning = "";
    String signature = "";
    String redacted = "";
    String toolId = "";
    String toolName = "";
    String toolInput = "";
    /** The input came as a JSON value, hence whole, and not as a fragment of its text. */
    boolean wholeInput;
    /** The service runs the tool itself. */
    boolean serverTool;
    /** A call of a tool, or a part of one. */
    boolean tool;
    /** Anything that this reader knows, even if it is empty. */
    boolean known;
    /** A member that this reader does not know; empty for none. */
    String unknown = "";
    /** Members beyond the vocabulary with their values, if they are kept. */
    final Map<String, @Nullable Object> others = new LinkedHashMap<>();

    private final boolean keepsOthers;

    /** What an event that {@link #isOneString} consists of, and whose it is. */
    private enum Gist {
        TEXT,
        REASONING,
        INPUT
    }

    private Gist gist = Gist.TEXT;
    private int repeatedIndex;

    BlockFields(boolean keepsOthers) {
        this.keepsOthers = keepsOthers;
    }

    void reset() {
        text = reasoning = signature = redacted = toolId = toolName = toolInput = unknown = "";
        indexed = wholeInput = serverTool = tool = known = false;
        others.clear();
    }

    /** Whether there is more than an empty piece. */
    boolean saysAnything() {
        return !(text.isEmpty()
                && reasoning.isEmpty()
                && signature.isEmpty()
                && redacted.isEmpty()
                && toolName.isEmpty()
                && toolInput.isEmpty());
    }

    /** Whether all of the event that counts is one string: of text, of reasoning, or of a call's input. */
    boolean isOneString() {
        gist = !text.isEmpty() ? Gist.TEXT : !reasoning.isEmpty() ? Gist.REASONING : Gist.INPUT;
        repeatedIndex = index;
        String all = text + reasoning + toolInput + signature + redacted + toolId + toolName;
        return indexed
                && !serverTool
                && !wholeInput
                && others.isEmpty()
                && all.length() == oneString().length();
    }

    /** That string. */
    String oneString() {
        return gist == Gist.TEXT ? text : gist == Gist.REASONING ? reasoning : toolInput;
    }

    /** Becomes an event like the last one that {@link #isOneString}, but with this string. */
    void repeat(String other) {
        reset();
        index = repeatedIndex;
        known = true;
        if (gist == Gist.TEXT) {
            text = other;
        } else if (gist == Gist.REASONING) {
            reasoning = other;
        } else {
            toolInput = other;
            tool = true;
        }
    }

    /** {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone. */
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

    /** A block, or the start or a piece of one: an object with one member. */
    void block(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> text = json.varying();
                    case "toolUse" -> toolUse(json);
                    case "reasoningContent" -> reasoning(json);
                    case "citationsContent" -> citations(json);
                    case "citation", "toolResult", "searchResult", "cachePoint", "guardContent" -> other(json);
                    default -> { // images, audio, video, and what may come
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

    /** {@code {"toolUseId", "name", "input", "type"?}}: the input is an object in whole answers, a string in streams. */
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

    /** Flat in streams, nested in {@code reasoningText} in whole answers. */
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

    /** {@code {"content": [{"text": "…"}], "citations": […]}}: the text is part of the answer. */
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
