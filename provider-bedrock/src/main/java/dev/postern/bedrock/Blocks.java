package dev.postern.bedrock;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.json.Json;
import dev.postern.json.JsonReader;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The content blocks of one answer. They are told apart by index and may be mixed; text and reasoning begin without a
 * start, some blocks end without a stop. A tool that the service runs itself is nobody's to run, and is passed over.
 */
final class Blocks {
    private final WireIds ids;
    private final Map<Integer, OpenCall> open = new TreeMap<>();
    private boolean hasCalls;
    private boolean empty = true;

    // Of the event that is being read. The index may come after what it belongs to.
    private int index;
    private String text = "";
    private String reasoning = "";
    private String signature = "";
    private String redacted = "";
    private String toolId = "";
    private String toolName = "";
    private String toolInput = "";
    private boolean serverTool;
    private boolean indexed; // else it belongs to the block of the event before

    /** What an event that {@link #isOneString} consists of, and whose it is. */
    private enum Gist {
        TEXT,
        REASONING,
        INPUT
    }

    private Gist gist = Gist.TEXT;
    private int repeatedIndex;

    Blocks(WireIds ids) {
        this.ids = ids;
    }

    boolean hasCalls() {
        return hasCalls;
    }

    boolean isEmpty() {
        return empty;
    }

    /** {@code {"contentBlockIndex": 1, "start": {…}}}, the same with {@code delta}, or the index alone. */
    void event(String type, JsonReader json, Consumer<? super StreamEvent> out) {
        reset();
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
        tell(out);
        if (type.equals("contentBlockStop")) {
            stop(out);
        }
    }

    /** Whether all that the last event has told is one string: of text, of reasoning, or of a call's input. */
    boolean isOneString() {
        gist = !text.isEmpty() ? Gist.TEXT : !reasoning.isEmpty() ? Gist.REASONING : Gist.INPUT;
        repeatedIndex = index;
        String all = text + reasoning + toolInput + signature + redacted + toolId + toolName;
        return indexed && !serverTool && all.length() == oneString().length();
    }

    /** That string. */
    String oneString() {
        return gist == Gist.TEXT ? text : gist == Gist.REASONING ? reasoning : toolInput;
    }

    /** An event like the last one that {@link #isOneString}, but with this string. */
    void again(String other, Consumer<? super StreamEvent> out) {
        reset();
        index = repeatedIndex;
        if (gist == Gist.TEXT) {
            text = other;
        } else if (gist == Gist.REASONING) {
            reasoning = other;
        } else {
            toolInput = other;
        }
        tell(out);
    }

    /** The blocks of a whole answer. */
    void whole(JsonReader json, Consumer<? super StreamEvent> out) {
        if (json.beginArray()) {
            for (int i = 0; json.nextElement(); i++) {
                reset();
                index = i;
                block(json);
                tell(out);
                close(out);
            }
        }
    }

    /** The stream has ended, and so has what is still open. */
    void close(Consumer<? super StreamEvent> out) {
        open.values().forEach(call -> out.accept(call.complete()));
        open.clear();
    }

    private void stop(Consumer<? super StreamEvent> out) {
        OpenCall done = open.remove(index);
        if (done != null) {
            out.accept(done.complete());
        }
    }

    private void reset() {
        text = reasoning = signature = redacted = toolId = toolName = toolInput = "";
        serverTool = indexed = false;
    }

    private void block(JsonReader json) {
        empty = false;
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "text" -> text = json.varying();
                    case "toolUse" -> toolUse(json);
                    case "reasoningContent" -> reasoning(json);
                    case "citationsContent" -> citations(json);
                    default -> json.skip(); // toolResult of the service's own tools, images, and what may come
                }
            }
        }
    }

    /** {@code {"toolUseId", "name", "input", "type"?}}: the input is an object in whole answers, a string in streams. */
    private void toolUse(JsonReader json) {
        if (json.beginObject()) {
            while (json.nextField()) {
                switch (json.name()) {
                    case "toolUseId" -> toolId = json.text();
                    case "name" -> toolName = json.text();
                    case "input" ->
                        toolInput = json.isString() || json.isNull() ? json.varying() : Json.text(json.value());
                    case "type" -> serverTool = json.is("server_tool_use");
                    default -> json.skip();
                }
            }
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
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("content") && json.beginArray()) {
                    while (json.nextElement()) {
                        text = "";
                        block(json);
                        joined.append(text);
                    }
                } else if (!json.name().equals("content")) {
                    json.skip();
                }
            }
        }
        text = joined.toString();
    }

    private void tell(Consumer<? super StreamEvent> out) {
        if (!reasoning.isEmpty() || !signature.isEmpty() || !redacted.isEmpty()) {
            out.accept(new StreamEvent.ReasoningDelta(reasoning, signature, redacted, ProviderData.NONE));
        }
        if (!text.isEmpty()) {
            out.accept(new StreamEvent.ContentDelta(text));
        }
        if (!toolName.isEmpty() && !serverTool) {
            stop(out); // of another call with the same index, which was not stopped
            // AWS gives ids; what imitates it may not, and the result needs one to name its call
            String id = toolId.isEmpty() ? "tooluse_" + UUID.randomUUID() : ids.fromWireId(toolId);
            hasCalls = true;
            open.put(index, new OpenCall(id, ids.fromWireName(toolName)));
            out.accept(new StreamEvent.ToolUseStart(id, ids.fromWireName(toolName)));
        }
        OpenCall call = open.get(index);
        if (call != null && !toolInput.isEmpty()) {
            out.accept(call.append(toolInput));
        }
    }
}
