package dev.postern.bedrock;

import dev.postern.Content;
import dev.postern.json.JsonWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes images, documents and audio as content blocks. One object writes one request, because it numbers documents.
 */
final class MediaWriter {
    private static final String S3 = "s3://";
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";

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
    private static final Map<String, String> AUDIO = audio();

    private int documents;

    private static Map<String, String> audio() {
        Map<String, String> formats = new HashMap<>();
        for (String same :
                new String[] {"mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "m4a", "x-aac", "pcm", "webm"}) {
            formats.put("audio/" + same, same);
        }
        formats.put("audio/mpeg", "mp3");
        formats.put("audio/x-wav", "wav");
        formats.put("audio/wave", "wav");
        formats.put("audio/vnd.wave", "wav");
        formats.put("audio/x-flac", "flac");
        formats.put("audio/x-m4a", "m4a");
        formats.put("audio/x-matroska", "mka");
        return Map.copyOf(formats);
    }

    void image(JsonWriter json, Content.Image image) {
        json.object(block -> block.object("image", out -> imageFields(out, image)));
    }

    private static void imageFields(JsonWriter out, Content.Image image) {
        String url = image.url();
        if (url.isEmpty()) {
            out.field("format", format(IMAGES, image.mediaType(), "image"))
                    .object("source", source -> source.field("bytes", image.data()));
        } else if (url.regionMatches(true, 0, S3, 0, S3.length())) {
            String type = image.mediaType().isEmpty() ? "image/" + extension(url) : image.mediaType();
            out.field("format", format(IMAGES, type, "image"))
                    .object(
                            "source",
                            source -> source.object(
                                    "s3Location", at -> at.field("uri", S3 + url.substring(S3.length()))));
        } else if (url.regionMatches(true, 0, DATA, 0, DATA.length())) {
            data(out, url);
        } else {
            throw RequestErrors.unsupported(
                    "messages: Bedrock does not fetch images from the web; send the bytes, or an s3:// address.");
        }
    }

    /** Writes the bytes of {@code data:image/png;base64,…}. */
    private static void data(JsonWriter out, String url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(DATA.length(), comma);
        if (!head.toLowerCase(Locale.ROOT).endsWith(BASE64)) {
            throw RequestErrors.invalid(
                    "messages: a data: address of an image must contain a media type and base64 bytes.");
        }
        String type = head.substring(0, head.indexOf(';')); // parameters may follow the media type
        imageFields(out, new Content.Image(type, url.substring(comma + 1), ""));
    }

    private static String extension(String url) {
        return url.substring(url.lastIndexOf('.') + 1);
    }

    /**
     * Writes a document under a neutral name. The file's own name may have characters that Bedrock refuses, and may
     * contain instructions for the model (prompt injection).
     */
    void document(JsonWriter json, Content.Document document) {
        if (!document.fileId().isEmpty()) {
            throw RequestErrors.unsupported("messages: Bedrock does not store files; send the document's bytes.");
        }
        documents++;
        json.object(block -> block.object(
                "document",
                out -> out.field("format", format(DOCUMENTS, document.mediaType(), "document"))
                        .field("name", "document-" + documents)
                        .object("source", source -> source.field("bytes", document.data()))));
    }

    void audio(JsonWriter json, Content.Audio audio) {
        json.object(block -> block.object(
                "audio",
                out -> out.field("format", format(AUDIO, audio.mediaType(), "audio"))
                        .object("source", source -> source.field("bytes", audio.data()))));
    }

    /** Whether the part is a document that Bedrock converts to text, which are all types except PDF. */
    static boolean isTextDocument(Content part) {
        return part instanceof Content.Document document
                && !"pdf".equals(DOCUMENTS.get(document.mediaType().toLowerCase(Locale.ROOT)));
    }

    private static String format(Map<String, String> formats, String mediaType, String part) {
        String format = formats.get(mediaType.toLowerCase(Locale.ROOT));
        if (format == null) {
            throw RequestErrors.unsupported(
                    "messages: Bedrock does not support the " + part + " type '" + mediaType + "'.");
        }
        return format;
    }
}
