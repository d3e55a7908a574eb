package dev.postern.wire;

import dev.postern.Content;
import dev.postern.ProviderData;
import java.util.Map;

/** Reads a content block of Bedrock, whose only field is its type. */
final class BlockReader {
    /** The media types of Bedrock's document formats. */
    private static final Map<String, String> DOCUMENTS = Map.of(
            "pdf", "application/pdf",
            "csv", "text/csv",
            "doc", "application/msword",
            "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "xls", "application/vnd.ms-excel",
            "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "html", "text/html",
            "txt", "text/plain",
            "md", "text/markdown");

    private BlockReader() {}

    static Content read(Fields block) {
        if (block.has("text")) {
            return new Content.Text(block.text("text"));
        }
        if (block.has("toolUse")) {
            return CallReader.read(block.object("toolUse"));
        }
        if (block.has("toolResult")) {
            return ResultReader.read(block.object("toolResult"));
        }
        if (block.has("image")) {
            Fields image = block.object("image");
            String format = image.text("format");
            String data = bytes(image);
            return Fields.at(image.path(), "image", () -> new Content.Image("image/" + format, data, ""));
        }
        if (block.has("audio")) {
            Fields audio = block.object("audio");
            String format = audio.text("format");
            String media = "audio/" + (format.equals("mp3") ? "mpeg" : format);
            String data = bytes(audio);
            return Fields.at(audio.path(), "audio", () -> new Content.Audio(media, data));
        }
        if (block.has("document")) {
            return document(block.object("document"));
        }
        if (block.has("reasoningContent")) {
            return reasoning(block.object("reasoningContent"));
        }
        throw Fields.invalid(block.path(), "must have a type such as text or image, or be a known content block");
    }

    private static Content document(Fields document) {
        String format = document.text("format");
        String media = DOCUMENTS.get(format);
        if (media == null) {
            throw document.wrong("format", "'" + format + "' is not known");
        }
        String name = document.text("name");
        String data = bytes(document);
        return Fields.at(document.path(), "document", () -> new Content.Document(media, name, data));
    }

    private static String bytes(Fields media) {
        Fields source = media.object("source");
        if (!source.has("bytes")) {
            throw source.wrong("bytes", "must be the file's bytes as base64; other sources are not supported");
        }
        return source.text("bytes");
    }

    private static Content reasoning(Fields reasoning) {
        if (reasoning.has("redactedContent")) {
            return new Content.Reasoning("", "", reasoning.text("redactedContent"), ProviderData.NONE);
        }
        Fields text = reasoning.object("reasoningText");
        return new Content.Reasoning(text.text("text"), text.text("signature"), "", ProviderData.NONE);
    }
}
