package dev.postern.openai;

import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What a user says and shows: a string where that says all, because some servers read nothing else, or typed parts. */
final class ContentWriter {
    private final ServerProfile profile;

    ContentWriter(ServerProfile profile) {
        this.profile = profile;
    }

    void write(JsonWriter message, List<Content> parts) {
        if (isText(parts)) {
            message.field("content", Content.textOf(parts));
        } else {
            message.array("content", parts, this::part);
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

    private void part(JsonWriter json, Content part) {
        if (part instanceof Content.Text text) {
            json.object(out -> out.field("type", "text").field("text", text.text()));
        } else if (part instanceof Content.Image image) {
            String url = image.url().isEmpty() ? dataUrl(image.mediaType(), image.data()) : checked(image.url());
            json.object(out -> out.field("type", "image_url")
                    .object("image_url", at -> at.field("url", url).fieldIfAny("detail", image.detail())));
        } else if (part instanceof Content.Document document) {
            json.object(out -> out.field("type", "file").object("file", file -> document(file, document)));
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

    /** OpenAI knows {@code wav} and {@code mp3}; other servers take more, by the second half of the media type. */
    private static String format(String mediaType) {
        String half = mediaType.substring(mediaType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (half) {
            case "mpeg", "mp3", "x-mp3" -> "mp3";
            case "wav", "x-wav", "wave", "vnd.wave", "x-pn-wav" -> "wav";
            default -> half.startsWith("x-") ? half.substring(2) : half;
        };
    }

    /** The server fetches what it is told to, so an address goes out only with a scheme that is meant for it. */
    private String checked(String url) {
        String word = scheme(url).toLowerCase(Locale.ROOT);
        if (profile.rules().imageSchemes().contains(word)) {
            return url;
        }
        throw refused((word.isEmpty()
                        ? "messages: an image's address must begin with a scheme"
                        : "messages: images with '" + word + ":' addresses are not passed on to this server")
                + "; known here are "
                + String.join(", ", new TreeSet<>(profile.rules().imageSchemes()))
                + ". Send the bytes instead, or allow the scheme with image_schemes.");
    }

    /** The scheme that an address begins with; empty if there is none. */
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
        return refused("messages: OpenAI's protocol has no place for "
                + part.getClass().getSimpleName() + " in a message of this role.");
    }

    private static LlmException refused(String sentence) {
        return LlmException.builder(LlmException.Kind.UNSUPPORTED, sentence)
                .refusedBeforeSending(true)
                .build();
    }
}
