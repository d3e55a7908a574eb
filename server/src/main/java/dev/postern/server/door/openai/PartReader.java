package dev.postern.server.door.openai;

import dev.postern.Content;
import dev.postern.server.door.Body;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one part of a message's content. */
final class PartReader {
    /** The head of a data URL; what follows is the content. */
    private static final Pattern DATA =
            Pattern.compile("data:([-a-zA-Z0-9.+]{1,60}/[-a-zA-Z0-9.+]{1,60})(;[^,]{0,200})?;base64,");

    private PartReader() {}

    static Content read(Body part) {
        String type = part.text("type");
        return switch (type) {
            case "text" -> Content.text(part.text("text"));
            case "refusal" -> Content.text(part.text("refusal"));
            case "image_url" -> image(part.object("image_url"));
            case "file" -> file(part.object("file"));
            case "input_audio" -> audio(part.object("input_audio"));
            default ->
                throw part.wrong(
                        "type", "must be text, refusal, image_url, file or input_audio; this gateway knows no others");
        };
    }

    private static Content image(Body image) {
        String url = image.text("url");
        Content.Image read;
        if (url.regionMatches(true, 0, "data:", 0, 5)) {
            Matcher head = head(image, "url", url);
            read = image.make(() -> new Content.Image(head.group(1), url.substring(head.end()), ""));
        } else {
            read = image.make(() -> new Content.Image("", "", url));
        }
        return image.text("detail").isEmpty() ? read : read.withDetail(image.text("detail"));
    }

    private static Content file(Body file) {
        if (file.has("file_id")) {
            return file.make(() -> Content.documentId(file.text("file_id")));
        }
        String url = file.text("file_data");
        String name = file.text("filename");
        Matcher head = head(file, "file_data", url);
        return file.make(() -> new Content.Document(head.group(1), name, url.substring(head.end())));
    }

    private static Matcher head(Body owner, String field, String url) {
        Matcher head = DATA.matcher(url);
        if (!head.lookingAt()) {
            throw owner.wrong(field, "must be a data URL with base64, such as data:image/png;base64,…");
        }
        return head;
    }

    private static Content audio(Body audio) {
        String format = audio.text("format").toLowerCase(Locale.ROOT);
        String type = format.equals("mp3") ? "mpeg" : format;
        return audio.make(() -> new Content.Audio("audio/" + type, audio.text("data")));
    }
}
