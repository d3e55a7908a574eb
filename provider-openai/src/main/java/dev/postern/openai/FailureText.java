package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.RequestSecrets;

/**
 * Writes the messages of failures: the backend and model as subject, the event, the server's message, and a remedy. No
 * text that it returns contains a secret of the call.
 */
final class FailureText {
    private final String backend;
    private final String model;
    private final RequestSecrets secrets;

    /**
     * Creates the texts for one call.
     *
     * @param secrets the secrets of the request, which servers may repeat
     */
    FailureText(String backend, String model, RequestSecrets secrets) {
        this.backend = backend;
        this.model = model;
        this.secrets = secrets;
    }

    /** Adds the backend and the model to a failure, and removes secrets from its message. */
    LlmException described(LlmException.Builder failure) {
        LlmException plain = failure.build();
        String message = String.valueOf(plain.getMessage());
        boolean hasSubject = Character.isUpperCase(message.charAt(0)) || message.charAt(0) == '\'';
        return failure.message(secrets.redacted(hasSubject ? message : subject() + message))
                .backend(backend)
                .model(model)
                .build();
    }

    /**
     * The failure for an error that a server sent.
     *
     * @param event what the server did, such as {@code answered 400}
     */
    LlmException.Builder failure(Kind kind, ErrorBody body, String event) {
        return LlmException.builder(kind, sentence(kind, body, event))
                .backend(backend)
                .model(model)
                .code(secrets.redacted(body.code()))
                .serverMessage(secrets.redacted(body.message()));
    }

    /** The message of {@link #failure}. */
    String sentence(Kind kind, ErrorBody body, String event) {
        String cause = body.message().isEmpty() ? "." : ": " + ended(body.message());
        return secrets.redacted(subject() + event + cause + remedy(kind));
    }

    private String subject() {
        return "'" + backend + "'" + (model.isEmpty() ? " " : " (model " + model + ") ");
    }

    private static String ended(String serverMessage) {
        String message = serverMessage.strip();
        return message.endsWith(".") || message.endsWith("!") || message.endsWith("?") ? message : message + ".";
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> " Check the API key.";
            case PERMISSION -> " Check the permissions of the key.";
            case NOT_FOUND -> " Check the model's name and the base URL.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or use a model with a larger context.";
            case QUOTA -> " Check the account's budget and limits.";
            case UNSUPPORTED -> " Remove the unsupported part, or use a model that supports it.";
            default -> "";
        };
    }

    /** The beginning of a body as printable text, in quotes. */
    String quoted(byte[] payload) {
        return secrets.excerpt(payload, 0, payload.length);
    }

    /** The text without the secrets of the call. */
    String redacted(String text) {
        return secrets.redacted(text);
    }

    /** The UTF-8 text without the secrets of the call. */
    byte[] redacted(byte[] payload) {
        return secrets.redacted(payload);
    }
}
