package dev.postern.bedrock;

import dev.postern.Content;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes parts of messages as content blocks. One object writes one request. */
final class BlockWriter {
    private final JsonWriter json;
    private final WireIds ids;
    private final MediaWriter media = new MediaWriter();

    BlockWriter(JsonWriter json, WireIds ids) {
        this.json = json;
        this.ids = ids;
    }

    /**
     * All blocks of a turn.
     *
     * @param last whether it is the last one
     * @param cached whether the prompt may be cached up to its end
     */
    void turn(Turns.Turn turn, boolean last, boolean cached) {
        List<Content> parts = parts(turn, last);
        int point = cached ? cachePoint(parts) : 0;
        for (int i = 0; i < parts.size(); i++) {
            block(parts.get(i));
            if (i + 1 == point) {
                CachePoint.write(json);
            }
        }
    }

    private static List<Content> parts(Turns.Turn turn, boolean last) {
        List<Content> parts = new ArrayList<>(turn.content());
        if (turn.assistant()) {
            for (Content part : parts) {
                words(part, "an assistant's message");
            }
            int end = parts.size() - 1;
            // What the model shall continue must not end in white space.
            if (last && parts.get(end) instanceof Content.Text text) {
                parts.set(end, Content.text(text.text().stripTrailing()));
            }
        }
        if (has(Content.Document.class, parts) && !has(Content.Text.class, parts)) {
            parts.add(Content.text("See the attached document.")); // a document needs a text beside it
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
     * Before how many parts from the start the cache point stands; 0 for nowhere. Bedrock makes text of documents that are no
     * PDF, and refuses a cache point after them (strands-agents/harness-sdk#1966), or one with nothing before it.
     */
    private static int cachePoint(List<Content> parts) {
        int point = parts.size();
        while (point > 0 && endsInTextDocument(parts.get(point - 1))) {
            point--;
        }
        return point;
    }

    private static boolean endsInTextDocument(Content part) {
        if (part instanceof ToolResult result && !result.content().isEmpty()) {
            List<Content> said = result.content();
            return MediaWriter.isTextDocument(said.get(said.size() - 1));
        }
        return MediaWriter.isTextDocument(part);
    }

    /** A block of the system prompt. */
    void system(Content part) {
        words(part, "a system message");
        block(part);
    }

    private static void words(Content part, String place) {
        if (part instanceof Content.Image || part instanceof Content.Document || part instanceof Content.Audio) {
            throw noPlace(part, place);
        }
    }

    private static RuntimeException noPlace(Content part, String place) {
        return Refusal.unsupported(
                "messages: Converse has no place for " + part.getClass().getSimpleName() + " in " + place + ".");
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
        } else if (part instanceof Content.Reasoning thought) {
            json.object(block -> block.object("reasoningContent", out -> reasoning(out, thought)));
        } else if (part instanceof ToolCall call) {
            json.object(block -> block.object(
                    "toolUse",
                    out -> out.field("toolUseId", ids.toWireId(call.id()))
                            .field("name", ids.toWireName(call.name()))
                            .fieldOf("input", call.input())));
        } else if (part instanceof ToolResult result) {
            json.object(block -> block.object("toolResult", out -> result(out, result)));
        } else {
            throw noPlace(part, "any message");
        }
    }

    private static void reasoning(JsonWriter out, Content.Reasoning thought) {
        if (thought.redacted().isEmpty()) {
            out.object(
                    "reasoningText",
                    text -> text.field("text", thought.text()).field("signature", thought.signature()));
        } else {
            out.field("redactedContent", thought.redacted());
        }
    }

    /** The content must not be empty. Success is not said, since not every model knows the field. */
    private void result(JsonWriter out, ToolResult result) {
        List<Content> said = new ArrayList<>();
        for (Content part : result.content()) {
            if (part instanceof Content.Audio) {
                throw noPlace(part, "a tool's result");
            }
            if (!(part instanceof Content.Text text) || !text.text().isBlank()) {
                said.add(part);
            }
        }
        if (said.isEmpty()) {
            said.add(Content.text(result.isError() ? "The tool failed." : "The tool gave no output."));
        }
        out.field("toolUseId", ids.toWireId(result.callId())).array("content", blocks -> said.forEach(this::block));
        if (result.isError()) {
            out.field("status", "error");
        }
    }
}
