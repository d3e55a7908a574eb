package dev.postern.bedrock;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes parts of messages as content blocks. One object writes one request, as documents are numbered. */
final class BlockWriter {
    private static final Map<String, String> DOCUMENTS = Map.of(
            "application/pdf", "pdf",
            "text/csv", "csv",
            "application/msword", "doc",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
            "application/vnd.ms-excel", "xls",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx",
            "text/html", "html",
            "text/plain", "txt",
            "text/markdown", "md");
    private static final Map<String, String> IMAGES = Map.of(
            "image/png", "png", "image/jpeg", "jpeg", "image/jpg", "jpeg", "image/gif", "gif", "image/webp", "webp");

    private final JsonWriter json;
    private final WireIds ids;
    private int documents;

    BlockWriter(JsonWriter json, WireIds ids) {
        this.json = json;
        this.ids = ids;
    }

    /** All blocks of a turn. A document needs a text beside it. */
    void turn(Turns.Turn turn, boolean last) {
        boolean text = false;
        boolean document = false;
        List<Content> parts = turn.content();
        for (int i = 0; i < parts.size(); i++) {
            Content part = parts.get(i);
            if (turn.assistant()) {
                words(part, "an assistant's message");
            }
            text |= part instanceof Content.Text;
            document |= part instanceof Content.Document;
            // What the model shall continue must not end in white space.
            boolean prefill = last && turn.assistant() && i == parts.size() - 1;
            block(
                    part instanceof Content.Text words && prefill
                            ? Content.text(words.text().stripTrailing())
                            : part);
        }
        if (document && !text) {
            block(Content.text("See the attached document."));
        }
    }

    /** A block of the system prompt. */
    void system(Content part) {
        words(part, "a system message");
        block(part);
    }

    private static void words(Content part, String place) {
        if (part instanceof Content.Image || part instanceof Content.Document || part instanceof Content.Audio) {
            throw new LlmException(
                    LlmException.Kind.UNSUPPORTED,
                    "messages: Converse has no place for " + part.getClass().getSimpleName() + " in " + place + ".");
        }
    }

    void block(Content part) {
        if (part instanceof Content.Text text) {
            json.object(block -> block.field("text", text.text()));
        } else if (part instanceof Content.Image image) {
            json.object(block -> block.object("image", out -> image(out, image)));
        } else if (part instanceof Content.Document document) {
            json.object(block -> block.object("document", out -> document(out, document)));
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
            throw new LlmException(
                    LlmException.Kind.UNSUPPORTED,
                    "messages: Converse has no block for " + part.getClass().getSimpleName() + ".");
        }
    }

    private static void image(JsonWriter out, Content.Image image) {
        if (image.url().startsWith("s3://")) {
            out.field("format", format(IMAGES, extension(image.url()), "image"))
                    .object("source", source -> source.object("s3Location", at -> at.field("uri", image.url())));
            return;
        }
        if (!image.url().isEmpty()) {
            throw new LlmException(
                    LlmException.Kind.UNSUPPORTED,
                    "messages: Bedrock fetches no images from the web; send the bytes, or an s3:// address.");
        }
        out.field("format", format(IMAGES, image.mediaType(), "image"))
                .object("source", source -> source.field("bytes", image.data()));
    }

    private static String extension(String url) {
        return "image/" + url.substring(url.lastIndexOf('.') + 1);
    }

    /** A neutral name: the file's own may break the pattern, and is a way to slip the model instructions. */
    private void document(JsonWriter out, Content.Document document) {
        if (!document.fileId().isEmpty()) {
            throw LlmException.builder(
                            LlmException.Kind.UNSUPPORTED,
                            "messages: Bedrock keeps no files under an id; send the document's bytes.")
                    .refusedBeforeSending(true)
                    .build();
        }
        documents++;
        out.field("format", format(DOCUMENTS, document.mediaType(), "document"))
                .field("name", "document-" + documents)
                .object("source", source -> source.field("bytes", document.data()));
    }

    private static String format(Map<String, String> formats, String mediaType, String what) {
        String format = formats.get(mediaType.toLowerCase(Locale.ROOT));
        if (format == null) {
            throw new LlmException(
                    LlmException.Kind.UNSUPPORTED,
                    "messages: Bedrock takes no " + what + " of type '" + mediaType + "'.");
        }
        return format;
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
            if (!(part instanceof Content.Text text) || !text.text().isBlank()) {
                said.add(part);
            }
        }
        if (said.isEmpty()) {
            said.add(Content.text(result.isError() ? "The tool failed." : "The tool gave no output."));
        }
        out.field("toolUseId", ids.toWireId(result.toolUseId())).array("content", blocks -> said.forEach(this::block));
        if (result.isError()) {
            out.field("status", "error");
        }
    }
}
