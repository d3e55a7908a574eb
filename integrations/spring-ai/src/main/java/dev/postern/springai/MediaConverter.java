package dev.postern.springai;

import dev.postern.Content;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.Media;
import org.springframework.util.MimeType;

/** Images, documents and audio, in both directions. */
final class MediaConverter {
    /** The beginning of a URL. Base64 has no colon. */
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,30}:");

    private MediaConverter() {}

    /** Media of a message as a part of a message of Postern. Its bytes may also be base64, or a {@code data:} URL. */
    static Content part(Media media) {
        MimeType mime = media.getMimeType();
        String type = mime.getType() + "/" + mime.getSubtype();
        String data = data(media.getData());
        boolean isUrl = SCHEME.matcher(data).lookingAt();
        return switch (mime.getType().toLowerCase(Locale.ROOT)) {
            case "image" -> isUrl ? Content.imageUrl(data) : new Content.Image(type, data, "");
            case "audio" -> new Content.Audio(type, bytes(type, data, isUrl));
            case "video" ->
                throw Refusals.unsupported(
                        "A message has " + type + ", and Postern sends no video; send images instead.");
            default -> new Content.Document(type, media.getName(), bytes(type, data, isUrl));
        };
    }

    private static String bytes(String type, String data, boolean isUrl) {
        if (isUrl) {
            throw Refusals.unsupported("A message has " + type
                    + " by its URL, and Postern sends only images by URL; load it, and pass its bytes.");
        }
        return data;
    }

    /** The bytes as base64, or a URL. */
    private static String data(Object data) {
        if (data instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        String text = data.toString();
        if (text.regionMatches(true, 0, "data:", 0, 5)) {
            int comma = text.indexOf(',');
            if (comma < 0 || !text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
                throw Refusals.invalid("A message has media with a data URL that is not base64; pass the bytes.");
            }
            return text.substring(comma + 1);
        }
        return text;
    }

    /** A part of a message as media; null if it is text, reasoning, a tool call or a result. */
    static @Nullable Media media(Content part) {
        if (part instanceof Content.Image image) {
            return image.url().isEmpty()
                    ? media(image.mediaType(), image.data(), "")
                    : Media.builder()
                            .mimeType(MimeType.valueOf(imageType(image)))
                            .data(image.url())
                            .build();
        } else if (part instanceof Content.Audio audio) {
            return media(audio.mediaType(), audio.data(), "");
        } else if (part instanceof Content.Document document) {
            if (!document.fileId().isEmpty()) {
                throw Refusals.unsupported(
                        "Spring AI has no documents by the id of a file; pass the bytes of the document.");
            }
            return media(document.mediaType(), document.data(), document.name());
        }
        return null;
    }

    private static Media media(String type, String base64, String name) {
        Media.Builder media = Media.builder()
                .mimeType(MimeType.valueOf(type))
                .data(Base64.getDecoder().decode(base64));
        return name.isEmpty() ? media.build() : media.name(name).build();
    }

    /** Spring AI's media have a type, though that of an image by URL is not always known; its models look at {@code image/} only. */
    private static String imageType(Content.Image image) {
        if (!image.mediaType().isEmpty()) {
            return image.mediaType();
        }
        String path = image.url().replaceFirst("[?#].*", "").toLowerCase(Locale.ROOT);
        String extension = path.substring(path.lastIndexOf('.') + 1);
        return switch (extension) {
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            default -> "image/png";
        };
    }
}
