package dev.postern.langchain4j;

import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.postern.Content;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Translates the contents of LangChain4j's messages. */
final class Contents {
    private Contents() {}

    static List<Content> parts(List<dev.langchain4j.data.message.Content> contents) {
        List<Content> parts = new ArrayList<>(contents.size());
        for (dev.langchain4j.data.message.Content content : contents) {
            parts.add(part(content));
        }
        return parts;
    }

    private static Content part(dev.langchain4j.data.message.Content content) {
        if (content instanceof TextContent text) {
            return Content.text(text.text());
        } else if (content instanceof ImageContent image) {
            return image(image.image(), detail(image.detailLevel()));
        } else if (content instanceof PdfFileContent pdf) {
            return document(pdf.pdfFile());
        } else if (content instanceof AudioContent audio) {
            return audio(audio.audio());
        }
        throw new UnsupportedFeatureException("Content of type " + content.type() + " is not supported by Postern.");
    }

    /** An image without a detail level of its own. */
    static Content image(Image image) {
        return image(image, "");
    }

    private static Content image(Image image, String detail) {
        String url = image.url() == null ? "" : image.url().toString();
        String data = url.isEmpty() ? text(image.base64Data()) : ""; // the URL wins, as with LangChain4j's own models
        return new Content.Image(data.isEmpty() ? "" : text(image.mimeType()), data, url, detail);
    }

    private static String detail(ImageContent.DetailLevel level) {
        return switch (level) {
            case LOW -> "low";
            case HIGH -> "high";
            case AUTO -> "auto";
            case MEDIUM, ULTRA_HIGH ->
                throw new UnsupportedFeatureException(
                        "The image detail level " + level + " is not supported by Postern; use LOW, HIGH or AUTO.");
        };
    }

    private static Content document(PdfFile pdf) {
        if (text(pdf.base64Data()).isEmpty()) {
            throw new UnsupportedFeatureException(
                    "A PDF file by its URL is not supported by Postern; send its bytes as base64.");
        }
        String type = Objects.requireNonNullElse(pdf.mimeType(), PdfFile.DEFAULT_MIME_TYPE);
        return new Content.Document(type, "", pdf.base64Data());
    }

    private static Content audio(Audio audio) {
        if (!text(audio.base64Data()).isEmpty()) {
            return new Content.Audio(text(audio.mimeType()), audio.base64Data());
        } else if (audio.binaryData() != null) {
            return new Content.Audio(text(audio.mimeType()), Base64.getEncoder().encodeToString(audio.binaryData()));
        }
        throw new UnsupportedFeatureException(
                "Audio by its URL is not supported by Postern; send its bytes as base64.");
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
