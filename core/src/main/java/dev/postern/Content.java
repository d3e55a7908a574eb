package dev.postern;

import java.util.List;
import java.util.Objects;

/**
 * One part of a {@link Message}. Text, images, documents and audio may be sent and received; reasoning and
 * {@link ToolCall}s come from the model; {@link ToolResult}s are sent to it.
 *
 * <p>An absent string is the empty string, here and in all types of this package.
 */
public sealed interface Content
        permits Content.Text, Content.Image, Content.Document, Content.Audio, Content.Reasoning, ToolCall, ToolResult {

    /** Text. */
    static Content text(String text) {
        return new Text(text);
    }

    /** An image by its bytes; the media type is for example {@code image/png}. */
    static Content image(String mediaType, byte[] bytes) {
        return new Image(mediaType, Base64Text.encode(bytes), "");
    }

    /**
     * An image by its URL. The backend fetches it from its own network: a URL from an untrusted source may lead to
     * hosts that only the backend can reach. Not every backend fetches images, and each provider refuses URL schemes
     * that its servers do not support.
     */
    static Content imageUrl(String url) {
        return new Image("", "", url);
    }

    /** A document by its bytes; the media type is for example {@code application/pdf}. */
    static Content document(String mediaType, String name, byte[] bytes) {
        return new Document(mediaType, name, Base64Text.encode(bytes));
    }

    /** A document that was uploaded to the backend before, by the id that the backend gave it. */
    static Content documentId(String fileId) {
        return new Document("", "", "", fileId);
    }

    /** Speech or other sound by its bytes; the media type is for example {@code audio/wav}. */
    static Content audio(String mediaType, byte[] bytes) {
        return new Audio(mediaType, Base64Text.encode(bytes));
    }

    /**
     * Text.
     *
     * @param text the text; may be empty
     */
    record Text(String text) implements Content {
        /** Refuses null. */
        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * An image, by its bytes or by its URL.
     *
     * @param mediaType for example {@code image/png}; required with {@code data}
     * @param data the bytes as base64, or empty
     * @param url the URL, or empty
     * @param detail the resolution at which the model sees the image, as a value of the backend such as OpenAI's {@code
     *     low} and {@code high}; empty for its default. Backends without such a setting do not get it
     */
    record Image(String mediaType, String data, String url, String detail) implements Content {
        /** Refuses an image with neither bytes nor address, or with both. */
        public Image {
            Objects.requireNonNull(mediaType, "mediaType");
            Objects.requireNonNull(detail, "detail");
            if (data.isEmpty() == url.isEmpty()) {
                throw LlmException.invalidRequest("image", "needs either data (base64) or a url");
            }
            if (!data.isEmpty()) {
                Base64Text.check("image", mediaType, data);
            }
        }

        /** An image with the default detail. */
        public Image(String mediaType, String data, String url) {
            this(mediaType, data, url, "");
        }

        /** This image with another detail. */
        public Image withDetail(String word) {
            return new Image(mediaType, data, url, word);
        }

        /**
         * Without the bytes, which are of no use in a log, and without the URL's user, password and query, which may be
         * secrets. A long URL is shortened.
         */
        @Override
        public String toString() {
            if (url.isEmpty()) {
                return "Image[" + RequestText.shortened(mediaType) + ", " + data.length() + " base64 characters]";
            }
            int end = url.indexOf(url.startsWith("data:") ? ',' : '?');
            String shown = withoutUser(end < 0 ? url : url.substring(0, end + 1) + "…");
            return "Image[" + RequestText.shortened(shown) + "]";
        }

        private static String withoutUser(String url) {
            int authority = url.indexOf("://") + 3;
            int path = url.indexOf('/', authority);
            int user = url.lastIndexOf('@', path < 0 ? url.length() : path);
            return authority < 3 || user < authority ? url : url.substring(0, authority) + url.substring(user + 1);
        }
    }

    /**
     * A document, such as a PDF, by its bytes or by the id of an uploaded file.
     *
     * @param mediaType for example {@code application/pdf}; required with {@code data}
     * @param name the file's name; may be empty
     * @param data the bytes as base64, or empty
     * @param fileId the id under which the backend keeps the file, or empty. No other backend knows it
     */
    record Document(String mediaType, String name, String data, String fileId) implements Content {
        /** Refuses a document with neither bytes nor id, or with both. */
        public Document {
            Objects.requireNonNull(mediaType, "mediaType");
            Objects.requireNonNull(name, "name");
            if (fileId.isEmpty()) {
                Base64Text.check("document", mediaType, data);
            } else if (!data.isEmpty()) {
                throw LlmException.invalidRequest("document", "needs either data (base64) or a file_id");
            }
        }

        /** A document by its bytes. */
        public Document(String mediaType, String name, String data) {
            this(mediaType, name, data, "");
        }

        /** Without the bytes, which are of no use in a log. */
        @Override
        public String toString() {
            return fileId.isEmpty()
                    ? "Document[" + RequestText.shortened(mediaType) + ", " + RequestText.shortened(name) + ", "
                            + data.length() + " base64 characters]"
                    : "Document[file " + RequestText.shortened(fileId)
                            + (name.isEmpty() ? "" : ", " + RequestText.shortened(name)) + "]";
        }
    }

    /**
     * Speech or other sound.
     *
     * @param mediaType for example {@code audio/wav} or {@code audio/mpeg}
     * @param data the bytes as base64
     */
    record Audio(String mediaType, String data) implements Content {
        /** Refuses audio without bytes or media type. */
        public Audio {
            Base64Text.check("audio", mediaType, data);
        }

        /** Without the bytes, which are of no use in a log. */
        @Override
        public String toString() {
            return "Audio[" + RequestText.shortened(mediaType) + ", " + data.length() + " base64 characters]";
        }
    }

    /**
     * The model's reasoning before its answer. Send it back unchanged: some backends refuse to continue without it.
     *
     * @param text the reasoning; empty where the backend hides it
     * @param signature the backend's proof that the text comes from it, or empty
     * @param redacted reasoning that only the backend can read, as base64, or empty
     * @param providerData further data that the backend expects back
     */
    record Reasoning(String text, String signature, String redacted, ProviderData providerData) implements Content {
        /** Refuses null. */
        public Reasoning {
            Objects.requireNonNull(text, "text");
            Objects.requireNonNull(signature, "signature");
            Objects.requireNonNull(redacted, "redacted");
            Objects.requireNonNull(providerData, "providerData");
        }

        /** Reasoning that is text only. */
        public static Reasoning of(String text) {
            return new Reasoning(text, "", "", ProviderData.NONE);
        }
    }

    /** The text of all {@link Text} parts, joined without a separator. */
    static String textOf(List<Content> parts) {
        if (parts.size() == 1 && parts.get(0) instanceof Text only) {
            return only.text();
        }
        StringBuilder joined = new StringBuilder();
        for (Content part : parts) {
            if (part instanceof Text text) {
                joined.append(text.text());
            }
        }
        return joined.toString();
    }
}
