package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Creates the {@link LlmException} for a failed call: from an HTTP status and its body, from an error inside an answer,
 * or from an answer that is not one of a chat completions API.
 */
final class ChatErrorReader {
    private static final int MAX_SHOWN = 200; // of an unknown answer, in characters

    private final String backend;
    private final String model;
    private final UnaryOperator<String> redacted;
    private final Clock clock;

    /**
     * Creates a reader for the errors of one call.
     *
     * @param redacted removes the secrets from a text, because servers may repeat them
     */
    ChatErrorReader(String backend, String model, UnaryOperator<String> redacted, Clock clock) {
        this.backend = backend;
        this.model = model;
        this.redacted = redacted;
        this.clock = clock;
    }

    /** The failure for an answer whose status is not a success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        if (reply.isRedirect()) {
            return described(LlmException.builder(
                            Kind.CONFIGURATION,
                            "redirects (" + status
                                    + ") to another address. Redirects are not followed, because the other"
                                    + " address would receive the key; correct base_url.")
                    .status(status));
        }
        ErrorBody body = bodyOf(reply.body());
        ErrorDetails details = ErrorDetails.of(redacted(reply.body()), clock.instant());
        Duration delay = RetryAfter.of(reply, clock.instant())
                .or(details::delay)
                .or(() -> RetryAfter.inText(body.message()))
                .orElse(null);
        Kind kind = ErrorClassifier.of(body, ChatNames.kind(status), details.text(), delay);
        String event = "answered " + status + (status < 400 ? ", which is not a success of this API" : "");
        LlmException.Builder failure = failure(kind, body, event)
                .status(status)
                .requestId(redacted.apply(requestId(reply)))
                .retryAfter(delay);
        switch (reply.header("x-should-retry").toLowerCase(Locale.ROOT)) {
            case "true" -> failure.retryable(true);
            case "false" -> failure.retryable(false);
            default -> {}
        }
        if (kind == Kind.NOT_FOUND && body.isEmpty()) {
            failure.message(sentence(kind, body, "answered " + status + " at " + HttpCall.shown(reply.uri())));
        }
        return failure.build();
    }

    /** Whether these bytes are an error with content. Some servers send the fields of an error without values. */
    boolean isError(byte[] payload) {
        return !bodyOf(payload).isEmpty();
    }

    /** The failure for an error in place of a chunk, inside an answer with a status of success. */
    LlmException inStream(byte[] payload) {
        ErrorBody body = bodyOf(payload);
        if (body.isEmpty()) {
            return notJson(payload);
        }
        ErrorDetails details = ErrorDetails.of(redacted(payload), clock.instant());
        Duration delay =
                details.delay().or(() -> RetryAfter.inText(body.message())).orElse(null);
        Kind kind = ErrorClassifier.of(body, kind(body), details.text(), delay);
        return failure(kind, body, "failed during the answer")
                .status(body.status())
                .retryAfter(delay)
                .build();
    }

    /** The kind by the status inside the body, by the type, or by the code. */
    private static Kind kind(ErrorBody body) {
        if (body.status() != 0) {
            return ChatNames.kind(body.status());
        }
        Kind byType = ChatNames.kind(body.type());
        return byType == Kind.SERVER ? ChatNames.kind(body.code()) : byType;
    }

    /** The failure for a finish reason that means a failure. */
    LlmException failedFinish(String reason) {
        return described(LlmException.builder(
                        FinishReason.kind(reason), "failed during the answer (finish reason '" + reason + "').")
                .code(redacted.apply(reason)));
    }

    /** The failure for a tool call of the model that the server could not parse. */
    LlmException malformedCall(String reason) {
        return described(LlmException.builder(
                        Kind.SERVER,
                        "could not parse the tool call that the model wrote (finish reason '" + reason
                                + "'); a new request may succeed.")
                .code(redacted.apply(reason)));
    }

    /** The failure for an answer that has only an image or audio. */
    LlmException onlyMedia(String field) {
        return described(LlmException.builder(
                Kind.UNSUPPORTED,
                "answered with '" + field
                        + "' only, which Postern has no type for; set serverFields(true) in the call's options to get"
                        + " it in the answer's server info."));
    }

    /** The failure for a whole answer or a stream without choices. */
    LlmException noChoices(byte[] payload) {
        return bodyOf(payload).isSentence()
                ? inStream(payload)
                : described(LlmException.builder(
                        Kind.PROTOCOL,
                        "answered without choices (" + quoted(payload)
                                + "); check that base_url is the address of a chat completions API."));
    }

    /** The failure for a status of success with a body that is not JSON. */
    LlmException notJson(byte[] payload) {
        String quoted = quoted(payload);
        String found = quoted.startsWith("'<")
                ? "a web page"
                : quoted.startsWith("'{") || quoted.startsWith("'[")
                        ? "something that is not a JSON object (" + quoted + ")"
                        : "text that is not JSON (" + quoted + ")";
        return described(LlmException.builder(
                Kind.PROTOCOL, "answered with " + found + "; check that base_url is the address of the API."));
    }

    /** The failure for an event of a stream that is not JSON and contains no error. */
    LlmException notAnEvent(byte[] payload) {
        return described(
                LlmException.builder(Kind.PROTOCOL, "sent an event that is not JSON (" + quoted(payload) + ")."));
    }

    /** The failure for a status of success with an empty body. Only with status 200 it counts as a cut-off answer. */
    LlmException empty(int status) {
        return described(LlmException.builder(
                status == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL,
                "answered " + status + " with an empty body instead of an answer."));
    }

    /** The failure for an answer without a finish reason and without the end mark. */
    LlmException cut() {
        return described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "The answer was cut off: the server sent neither a finish reason nor [DONE]."));
    }

    /** The failure for a stream that has an end mark but no choice. */
    LlmException noAnswer() {
        return described(
                LlmException.builder(Kind.INCOMPLETE_STREAM, "ended its stream with [DONE] but sent no choice."));
    }

    /** The beginning of a body as printable text. Secrets are removed before it is shortened. */
    private String quoted(byte[] payload) {
        String all = redacted.apply(new String(payload, 0, Math.min(payload.length, 4096), StandardCharsets.UTF_8));
        String text = all.replaceAll("[\\s\\p{Cntrl}]+", " ")
                .replaceAll("[\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}]", "")
                .strip();
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    /** Reads an error body. Secrets are removed first; otherwise shortening could leave a part of one. */
    private ErrorBody bodyOf(byte[] payload) {
        return ErrorBody.of(redacted(payload));
    }

    private byte[] redacted(byte[] payload) {
        return redacted.apply(new String(payload, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** Adds the backend and the model to a failure, and removes secrets from its message. */
    LlmException described(LlmException.Builder failure) {
        LlmException plain = failure.build();
        String message = String.valueOf(plain.getMessage());
        boolean hasSubject = Character.isUpperCase(message.charAt(0)) || message.charAt(0) == '\'';
        return failure.message(redacted.apply(hasSubject ? message : subject() + message))
                .backend(backend)
                .model(model)
                .build();
    }

    private LlmException.Builder failure(Kind kind, ErrorBody body, String event) {
        return LlmException.builder(kind, sentence(kind, body, event))
                .backend(backend)
                .model(model)
                .code(redacted.apply(body.code()))
                .serverMessage(redacted.apply(body.message()));
    }

    private String sentence(Kind kind, ErrorBody body, String event) {
        String cause = body.message().isEmpty() ? "." : ": " + ended(body.message());
        return redacted.apply(subject() + event + cause + remedy(kind));
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
            case AUTHENTICATION -> " Check api_key.";
            case PERMISSION -> " Check the permissions of the key.";
            case NOT_FOUND -> " Check the model's name and base_url.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or use a model with a larger context.";
            case QUOTA -> " Check the account's budget and limits.";
            case UNSUPPORTED -> " Remove the unsupported part, or use a model that supports it.";
            default -> "";
        };
    }

    /** The server's id of the request, from the first of the known headers; empty if there is none. */
    static String requestId(HttpReply reply) {
        for (String name :
                new String[] {"x-request-id", "apim-request-id", "request-id", "x-amzn-requestid", "cf-ray"}) {
            if (!reply.header(name).isEmpty()) {
                return reply.header(name);
            }
        }
        return "";
    }
}
