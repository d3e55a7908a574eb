package dev.postern.client;

import dev.postern.LlmException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The headers of one attempt.
 *
 * @param values names and values
 * @param secrets secret parts of the values, the longest first
 */
record ClientHeaders(Map<String, String> values, List<String> secrets) {
    private static final String HIDDEN = "***";
    private static final int MAX_SHOWN = 200; // characters
    private static final int MAX_EXCERPT_BYTES = 4096;

    /** No headers and no secrets, before the first attempt. */
    static final ClientHeaders NONE = new ClientHeaders(Map.of(), List.of());

    /** Returns the text without the secrets. */
    String redacted(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, HIDDEN);
        }
        return clean;
    }

    /** Returns the whole body without the secrets. Shortening it first could leave a part of a secret. */
    byte[] redacted(byte[] body) {
        return secrets.isEmpty()
                ? body
                : redacted(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the beginning of an unreadable body, as printable text. */
    String excerpt(byte[] bytes, int offset, int length) {
        String all = redacted(new String(bytes, offset, Math.min(length, MAX_EXCERPT_BYTES), StandardCharsets.UTF_8));
        String text = all.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    /** Adds the beginning of the unreadable bytes to the failure of a reader. */
    LlmException quoting(LlmException failure, byte[] bytes, int offset, int length) {
        return failure.kind() != LlmException.Kind.PROTOCOL || length == 0
                ? failure
                : failure.toBuilder()
                        .message(failure.getMessage() + " It begins with " + excerpt(bytes, offset, length) + ".")
                        .build();
    }

    /** Removes the secrets, which servers may repeat, from a failure, and adds the names of backend and model. */
    LlmException described(LlmException failure, String backend, String model) {
        return failure.toBuilder()
                .message(redacted(String.valueOf(failure.getMessage())))
                .backend(backend)
                .model(redacted(failure.model().isEmpty() ? model : failure.model()))
                .code(redacted(failure.code()))
                .serverMessage(redacted(failure.serverMessage()))
                .requestId(redacted(failure.requestId()))
                .build();
    }

    /** The names, without the values. */
    @Override
    public String toString() {
        return "ClientHeaders" + values.keySet();
    }
}
