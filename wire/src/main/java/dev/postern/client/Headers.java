package dev.postern.client;

import dev.postern.LlmException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The headers of one attempt.
 *
 * @param values names and values
 * @param secrets parts of the values that nobody may see, the longest first
 */
record Headers(Map<String, String> values, List<String> secrets) {
    private static final String HIDDEN = "***";
    private static final int MAX_SHOWN = 200; // characters
    private static final int MAX_LOOKED_AT = 4096;

    /** No headers, hence no secrets: before the first attempt. */
    static final Headers NONE = new Headers(Map.of(), List.of());

    /** The text without the secrets. */
    String redacted(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, HIDDEN);
        }
        return clean;
    }

    /** The body without the secrets, before it is shortened, or half of one might be left at the end. */
    byte[] redacted(byte[] body) {
        return secrets.isEmpty()
                ? body
                : redacted(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** The beginning of what cannot be understood, as printable text. */
    String excerpt(byte[] bytes, int offset, int length) {
        String all = redacted(new String(bytes, offset, Math.min(length, MAX_LOOKED_AT), StandardCharsets.UTF_8));
        String text = all.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    /** The failure of a reader, with the beginning of what it could not read. */
    LlmException quoting(LlmException failure, byte[] bytes, int offset, int length) {
        return failure.kind() != LlmException.Kind.PROTOCOL || length == 0
                ? failure
                : failure.toBuilder()
                        .message(failure.getMessage() + " It begins with " + excerpt(bytes, offset, length) + ".")
                        .build();
    }

    /** The failure without the secrets, which servers repeat, and with the names that only the caller knows. */
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

    /** Shows no value. */
    @Override
    public String toString() {
        return "Headers" + values.keySet();
    }
}
