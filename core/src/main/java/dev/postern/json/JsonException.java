package dev.postern.json;

/** The text is no JSON, or not the JSON that was asked for. The message names the place, never the content. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean truncated;

    JsonException(String message, boolean truncated) {
        super(message);
        this.truncated = truncated;
    }

    /** Whether the text was well-formed as far as it went, and ended too early. */
    public boolean truncated() {
        return truncated;
    }
}
