package dev.postern.json;

/** The text is not JSON, or not the expected JSON. The message names the place, never the content. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean truncated;

    JsonException(String message, boolean truncated) {
        super(message);
        this.truncated = truncated;
    }

    /** Whether the text is well-formed up to its end, but ends too early. */
    public boolean truncated() {
        return truncated;
    }
}
