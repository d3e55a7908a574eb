package dev.postern.wire;

import dev.postern.Content;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads a part of a message in the form of the gateway, OpenAI or Anthropic, or a block of Bedrock, which has no type. */
final class PartReader {
    private static final String BASE64 = ";base64,";

    private PartReader() {}

    /** Reads a list of parts, or a string. A string is text, also as an element of the list. */
    static List<Content> list(Fields message, String name) {
        Object value = message.get(name);
        if (value == null || "".equals(value)) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(Content.text(text));
        }
        if (!(value instanceof List<?> list)) {
            throw message.wrong(name, "must be a string or a list of parts");
        }
        List<Content> parts = new ArrayList<>();
        for (Object element : list) {
            parts.add(part(message.path(name) + "[" + parts.size() + "]", element));
        }
        return parts;
    }

    private static Content part(String path, @Nullable Object element) {
        return element instanceof String text ? Content.text(text) : read(Fields.of(path, element));
    }

    static Content read(Fields part) {
        if (!part.has("type")) {
            return BlockReader.read(part);
        }
        String type = part.text("type");
        return switch (type) {
            case "text", "input_text", "output_text" -> new Content.Text(part.text("text"));
            case "image" -> part.has("source") ? sourced(part, false) : image(part);
            case "image_url", "input_image" -> imageUrl(part);
            case "document" -> part.has("source") ? sourced(part, true) : document(part);
            case "file" -> file(part.object("file"));
            case "input_file" -> file(part);
            case "audio" -> audio(part);
            case "input_audio" -> inputAudio(part.object("input_audio"));
            case "reasoning" ->
                new Content.Reasoning(
                        part.text("text"),
                        part.text("signature"),
                        part.text("redacted"),
                        CallReader.providerData(part));
            case "thinking" ->
                new Content.Reasoning(part.text("thinking"), part.text("signature"), "", CallReader.providerData(part));
            case "redacted_thinking" -> new Content.Reasoning("", "", part.text("data"), CallReader.providerData(part));
            case "tool_use" -> CallReader.read(part);
            case "tool_result" -> ResultReader.read(part);
            default ->
                throw part.wrong(
                        "type",
                        "'" + type
                                + "' is not known; use text, image, document, audio, reasoning, tool_use or tool_result");
        };
    }

    private static Content image(Fields part) {
        String media = part.text("media_type");
        String data = part.text("data");
        String url = part.text("url");
        String detail = part.text("detail");
        return url.startsWith("data:") && data.isEmpty() && media.isEmpty()
                ? dataImage(part.path("url"), url, detail)
                : Fields.at(part.path(), "image", () -> new Content.Image(media, data, url, detail));
    }

    /** Reads OpenAI's form: an object with the URL, or, in the Responses API, the URL itself. */
    private static Content imageUrl(Fields part) {
        boolean bare = part.get("image_url") instanceof String;
        Fields holder = bare ? part : part.object("image_url");
        String field = bare ? "image_url" : "url";
        String url = holder.text(field);
        String detail = holder.text("detail");
        return url.startsWith("data:")
                ? dataImage(holder.path(field), url, detail)
                : Fields.at(holder.path(field), "", () -> new Content.Image("", "", url, detail));
    }

    private static Content document(Fields part) {
        String media = part.text("media_type");
        String name = part.text("name");
        String data = part.text("data");
        String fileId = part.text("file_id");
        return Fields.at(part.path(), "document", () -> new Content.Document(media, name, data, fileId));
    }

    private static Content file(Fields file) {
        String data = file.text("file_data");
        String name = file.text("filename");
        String fileId = file.text("file_id");
        if (data.isEmpty() && !fileId.isEmpty()) {
            return Fields.at(file.path(), "document", () -> new Content.Document("", name, "", fileId));
        }
        if (!data.startsWith("data:")) {
            throw file.wrong("file_data", "must be a data: URL with the file's bytes, unless there is a file_id");
        }
        return dataUrl(
                file.path("file_data"), data, (media, bytes) -> new Content.Document(media, name, bytes, fileId));
    }

    private static Content audio(Fields part) {
        String media = part.text("media_type");
        String data = part.text("data");
        return Fields.at(part.path(), "audio", () -> new Content.Audio(media, data));
    }

    /** Reads OpenAI's form: a format, which is the subtype of the media type, except for MP3. */
    private static Content inputAudio(Fields audio) {
        String format = audio.text("format");
        String media = "audio/" + (format.equals("mp3") ? "mpeg" : format);
        String data = audio.text("data");
        return Fields.at(audio.path(), "audio", () -> new Content.Audio(media, data));
    }

    private static Content dataImage(String path, String url, String detail) {
        return dataUrl(path, url, (media, data) -> new Content.Image(media, data, "", detail));
    }

    private static Content dataUrl(String path, String url, BiFunction<String, String, Content> factory) {
        int comma = url.indexOf(BASE64);
        if (comma < 0) {
            throw Fields.invalid(path, "must contain base64, as in data:image/png;base64,…");
        }
        String head = url.substring("data:".length(), comma);
        String media = head.contains(";") ? head.substring(0, head.indexOf(';')) : head;
        String data = url.substring(comma + BASE64.length());
        return Fields.at(path, "", () -> factory.apply(media, data));
    }

    /** Reads Anthropic's images and documents. */
    private static Content sourced(Fields part, boolean document) {
        Fields source = part.object("source");
        String type = source.text("type");
        String media = source.text("media_type");
        String name = part.firstText("name", "title");
        if (type.equals("url") && !document) {
            String url = source.text("url");
            return Fields.at(source.path(), "image", () -> new Content.Image("", "", url));
        }
        if (type.equals("file") && document) {
            String fileId = source.text("file_id");
            return Fields.at(source.path(), "document", () -> new Content.Document("", name, "", fileId));
        }
        if (type.equals("text") && document) {
            byte[] bytes = source.text("data").getBytes(StandardCharsets.UTF_8);
            String data = Base64.getEncoder().encodeToString(bytes);
            return Fields.at(source.path(), "document", () -> new Content.Document("text/plain", name, data));
        }
        if (!type.equals("base64")) {
            throw source.wrong("type", "must be base64" + (document ? ", text or file" : " or url"));
        }
        String data = source.text("data");
        return document
                ? Fields.at(source.path(), "document", () -> new Content.Document(media, name, data))
                : Fields.at(source.path(), "image", () -> new Content.Image(media, data, ""));
    }
}
