package dev.postern.bedrock;

import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes the parts of messages as content blocks of Converse. One object writes one request. */
final class BlockWriter {
    private final JsonWriter json;
    private final ToolIdentifiers ids;
    private final CachePoints points;
    private final MediaWriter media = new MediaWriter();

    BlockWriter(JsonWriter json, ToolIdentifiers ids, CachePoints points) {
        this.json = json;
        this.ids = ids;
        this.points = points;
    }

    /**
     * Writes all blocks of a turn.
     *
     * @param last whether this is the last turn of the request
     * @param cached whether to set a cache point at the end of the turn
     */
    void turn(ConverseTurn turn, boolean last, boolean cached) {
        List<Content> parts = parts(turn, last);
        int point = cached ? cachePoint(parts) : 0;
        for (int i = 0; i < parts.size(); i++) {
            block(parts.get(i));
            if (points.isAfter(parts.get(i))) {
                points.write(json, parts.get(i));
            } else if (i + 1 == point) {
                CachePoint.write(json);
            }
        }
    }

    private static List<Content> parts(ConverseTurn turn, boolean last) {
        List<Content> parts = new ArrayList<>(turn.content());
        if (turn.assistant()) {
            for (Content part : parts) {
                refuseMedia(part, "an assistant's message");
            }
            int end = parts.size() - 1;
            // Bedrock refuses white space at the end of a text that the model continues.
            if (last && parts.get(end) instanceof Content.Text text) {
                parts.set(end, Content.text(text.text().stripTrailing()));
            }
        }
        if (has(Content.Document.class, parts) && !has(Content.Text.class, parts)) {
            parts.add(Content.text("See the attached document.")); // Bedrock refuses a document without a text
        }
        return parts;
    }

    private static boolean has(Class<? extends Content> type, List<Content> parts) {
        for (Content part : parts) {
            if (type.isInstance(part)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The number of parts before the cache point; 0 for no cache point. Bedrock converts documents other than PDF to
     * text, and refuses a cache point after them (strands-agents/harness-sdk#1966) and a cache point at the beginning.
     */
    private static int cachePoint(List<Content> parts) {
        int point = parts.size();
        while (point > 0 && endsInTextDocument(parts.get(point - 1))) {
            point--;
        }
        return point;
    }

    static boolean endsInTextDocument(Content part) {
        if (part instanceof ToolResult result && !result.content().isEmpty()) {
            List<Content> content = result.content();
            return MediaWriter.isTextDocument(content.get(content.size() - 1));
        }
        return MediaWriter.isTextDocument(part);
    }

    /** Writes a block of the system prompt. */
    void system(Content part) {
        refuseMedia(part, "a system message");
        block(part);
        points.write(json, part);
    }

    private static void refuseMedia(Content part, String location) {
        if (part instanceof Content.Image || part instanceof Content.Document || part instanceof Content.Audio) {
            throw unsupported(part, location);
        }
    }

    private static RuntimeException unsupported(Content part, String location) {
        return RequestErrors.unsupported(
                "messages: Converse does not support " + part.getClass().getSimpleName() + " in " + location + ".");
    }

    void block(Content part) {
        if (part instanceof Content.Text text) {
            json.object(block -> block.field("text", text.text()));
        } else if (part instanceof Content.Image image) {
            media.image(json, image);
        } else if (part instanceof Content.Document document) {
            media.document(json, document);
        } else if (part instanceof Content.Audio audio) {
            media.audio(json, audio);
        } else if (part instanceof Content.Reasoning reasoning) {
            json.object(block -> block.object("reasoningContent", out -> reasoning(out, reasoning)));
        } else if (part instanceof ToolCall call) {
            json.object(block -> block.object(
                    "toolUse",
                    out -> out.field("toolUseId", ids.toWireId(call.id()))
                            .field("name", ids.toWireName(call.name()))
                            .fieldOf("input", call.input())));
        } else if (part instanceof ToolResult result) {
            json.object(block -> block.object("toolResult", out -> result(out, result)));
        } else {
            throw unsupported(part, "any message");
        }
    }

    private static void reasoning(JsonWriter out, Content.Reasoning reasoning) {
        if (reasoning.redacted().isEmpty()) {
            out.object(
                    "reasoningText",
                    text -> text.field("text", reasoning.text()).field("signature", reasoning.signature()));
        } else {
            out.field("redactedContent", reasoning.redacted());
        }
    }

    /**
     * Writes a tool result. Converse refuses an empty content, so a default text replaces it. The status is written for
     * errors only, because some models refuse the field.
     */
    private void result(JsonWriter out, ToolResult result) {
        List<Content> content = new ArrayList<>();
        for (Content part : result.content()) {
            if (part instanceof Content.Audio) {
                throw unsupported(part, "a tool result");
            }
            if (!(part instanceof Content.Text text) || !text.text().isBlank()) {
                content.add(part);
            }
        }
        if (content.isEmpty()) {
            content.add(Content.text(result.isError() ? "The tool failed." : "The tool gave no output."));
        }
        out.field("toolUseId", ids.toWireId(result.callId())).array("content", blocks -> content.forEach(this::block));
        if (result.isError()) {
            out.field("status", "error");
        }
    }
}
