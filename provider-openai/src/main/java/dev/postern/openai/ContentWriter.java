package dev.postern.openai;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Writes the content of a user message: a string if it is only text, since some servers accept only that; else typed
 * parts.
 */
final class ContentWriter {
    private final ServerProfile profile;
    private final CacheMarks marks;

    ContentWriter(ServerProfile profile, CacheMarks marks) {
        this.profile = profile;
        this.marks = marks;
    }

    /** Writes the parts. A cache mark is on the last of them, so it needs typed parts. */
    void write(JsonWriter message, List<Content> parts, CacheMark mark) {
        boolean isText = isText(parts);
        String text = isText ? Content.textOf(parts) : "";
        if (isText && (text.isEmpty() || !marks.has(mark))) {
            message.field("content", text);
        } else {
            int last = parts.size() - 1;
            message.array("content", list -> {
                for (int i = 0; i <= last; i++) {
                    part(list, parts.get(i), i == last ? mark : CacheMark.NONE);
                }
            });
        }
    }

    private static boolean isText(List<Content> parts) {
        for (Content part : parts) {
            if (!(part instanceof Content.Text)) {
                return false;
            }
        }
        return true;
    }

    private void part(JsonWriter json, Content part, CacheMark mark) {
        if (part instanceof Content.Text text) {
            json.object(out -> marks.write(out.field("type", "text").field("text", text.text()), mark));
        } else if (part instanceof Content.Image image) {
            String url = image.url().isEmpty() ? dataUrl(image.mediaType(), image.data()) : checked(image.url());
            json.object(out -> marks.write(
                    out.field("type", "image_url")
                            .object("image_url", at -> at.field("url", url).fieldIfAny("detail", image.detail())),
                    mark));
        } else if (part instanceof Content.Document document) {
            json.object(out ->
                    marks.write(out.field("type", "file").object("file", file -> document(file, document)), mark));
        } else if (part instanceof Content.Audio audio) {
            json.object(out -> out.field("type", "input_audio")
                    .object(
                            "input_audio",
                            sound -> sound.field("data", audio.data()).field("format", format(audio.mediaType()))));
        } else {
            throw unsupported(part);
        }
    }

    private static void document(JsonWriter file, Content.Document document) {
        if (document.fileId().isEmpty()) {
            file.field("filename", document.name().isEmpty() ? "document" : document.name())
                    .field("file_data", dataUrl(document.mediaType(), document.data()));
        } else {
            file.field("file_id", document.fileId());
        }
    }

    /**
     * OpenAI accepts {@code wav} and {@code mp3}; other servers accept more formats, named like the subtype of the
     * media type.
     */
    private static String format(String mediaType) {
        String subtype = mediaType.substring(mediaType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (subtype) {
            case "mpeg", "mp3", "x-mp3" -> "mp3";
            case "wav", "x-wav", "wave", "vnd.wave", "x-pn-wav" -> "wav";
            default -> subtype.startsWith("x-") ? subtype.substring(2) : subtype;
        };
    }

    /** Returns the URL if its scheme is allowed. The server would fetch any URL, also one of its own files. */
    private String checked(String url) {
        String scheme = scheme(url).toLowerCase(Locale.ROOT);
        if (profile.rules().imageSchemes().contains(scheme)) {
            return url;
        }
        throw refused((scheme.isEmpty()
                        ? "messages: the URL of an image must begin with a scheme"
                        : "messages: image URLs with the scheme '" + scheme + ":' are not sent to this server")
                + "; the allowed schemes are "
                + String.join(", ", new TreeSet<>(profile.rules().imageSchemes()))
                + ". Send the bytes of the image, or allow the scheme with image_schemes.");
    }

    /** The scheme of a URL; empty if there is none. */
    private static String scheme(String url) {
        int end = url.indexOf(':');
        for (int i = 0; i < end; i++) {
            char c = url.charAt(i);
            boolean isLetter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            boolean mayFollow = (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
            if (!isLetter && (i == 0 || !mayFollow)) {
                return "";
            }
        }
        return end < 0 ? "" : url.substring(0, end);
    }

    private static String dataUrl(String mediaType, String base64) {
        return "data:" + mediaType + ";base64," + base64;
    }

    static LlmException unsupported(Content part) {
        return refused("messages: OpenAI's API does not support "
                + part.getClass().getSimpleName() + " in a message of this role.");
    }

    private static LlmException refused(String sentence) {
        return LlmException.builder(LlmException.Kind.UNSUPPORTED, sentence)
                .refusedBeforeSending(true)
                .build();
    }
}
