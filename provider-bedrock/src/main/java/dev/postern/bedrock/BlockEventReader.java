package dev.postern.bedrock;

import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the JSON of one event, or of one block of a whole answer, into a {@link BlockEvent}. The index may come after the
 * content, so an event is read completely before anything is emitted.
 */
final class BlockEventReader {
    private final BlockEvent into;
    private final boolean keepsOthers;

    /**
     * Creates a reader of one answer.
     *
     * @param into receives the content of each event in turn
     * @param keepsOthers whether to keep members that Postern has no type for
     */
    BlockEventReader(BlockEvent into, boolean keepsOthers) {
        this.into = into;
        this.keepsOthers = keepsOthers;
    }

    /** Reads {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone. */
    void event(JsonReader json) {
        into.reset();
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "contentBlockIndex" -> {
                        into.index = json.integer(0);
                        into.indexed = true;
                    }
                    case "start", "delta" -> content(json);
                    default -> json.skip();
                }
            }
        }
    }

    /** Reads the block of a whole answer that has this index. */
    void block(long index, JsonReader json) {
        into.reset();
        into.index = index;
        content(json);
    }

    /** Reads a block, or the start or a delta of one. Each is an object with one member. */
    private void content(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> into.text = json.varying();
                    case "toolUse" -> toolUse(json);
                    case "reasoningContent" -> reasoning(json);
                    case "citationsContent" -> citations(json);
                    case "citation", "toolResult", "searchResult", "cachePoint", "guardContent" -> other(json);
                    default -> { // images, audio, video, and members of future versions
                        into.unknown = json.name();
                        other(json);
                        continue;
                    }
                }
                into.known = true;
            }
        }
    }

    private void other(JsonReader json) {
        if (keepsOthers) {
            String name = json.name();
            into.others.put(name, json.value());
        } else {
            json.skip();
        }
    }

    /**
     * Reads {@code {"toolUseId", "name", "input", "type"?}}. The input is an object in whole answers, text in streams.
     */
    private void toolUse(JsonReader json) {
        into.tool = true;
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "toolUseId" -> into.toolId = json.text();
                    case "name" -> into.toolName = json.text();
                    case "input" -> {
                        into.wholeInput = !json.isString() && !json.isNull();
                        into.toolInput = into.wholeInput ? json.source() : json.varying();
                    }
                    case "type" -> into.serverTool = json.is("server_tool_use");
                    default -> json.skip();
                }
            }
        }
        if (into.serverTool && keepsOthers) {
            Map<String, Object> begun = new LinkedHashMap<>();
            begun.put("toolUseId", into.toolId);
            begun.put("name", into.toolName);
            begun.put("type", "server_tool_use");
            into.others.put("toolUse", begun);
        }
    }

    /** Reads reasoning, whose members are at the top in streams and in {@code reasoningText} in whole answers. */
    private void reasoning(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> into.reasoning = json.varying();
                    case "signature" -> into.signature = json.text();
                    case "redactedContent" -> into.redacted = json.text();
                    case "reasoningText" -> reasoning(json);
                    default -> json.skip();
                }
            }
        }
    }

    /** Reads {@code {"content": [{"text": "…"}], "citations": […]}}. The text is part of the answer. */
    private void citations(JsonReader json) {
        StringBuilder joined = new StringBuilder(into.text);
        Object cited = null;
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("content")) {
                    if (json.beginArray()) {
                        while (json.nextElement()) {
                            into.text = "";
                            content(json);
                            joined.append(into.text);
                        }
                    }
                } else if (keepsOthers && json.name().equals("citations")) {
                    cited = json.value();
                } else {
                    json.skip();
                }
            }
        }
        into.text = joined.toString();
        if (cited != null) {
            into.others.put("citations", cited);
        }
    }
}
