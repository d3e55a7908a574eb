package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What went wrong, as an {@link LlmException}: from an HTTP status, from an exception in the stream, or from an answer that
 * is none. The only place where words of AWS decide a kind.
 */
final class ErrorReader {
    private static final int MAX_MESSAGE = 1000;
    /** The model failed on this input, and would again. */
    private static final String MODEL_ERROR = "ModelErrorException";
    /** A context that is too long is a ValidationException like any other; only its message tells. */
    private static final List<String> TOO_LONG = List.of(
            "input is too long",
            "exceed context limit",
            "too many total text bytes",
            "prompt is too long",
            "maximum context length",
            "context window");

    private final String backend;
    private final String model;
    private final UnaryOperator<String> redacted;
    private final Clock clock;

    ErrorReader(String backend, String model, UnaryOperator<String> redacted, Clock clock) {
        this.backend = backend;
        this.model = model;
        this.redacted = redacted;
        this.clock = clock;
    }

    /** An answer whose status is no success. */
    LlmException ofStatus(HttpReply reply) {
        JsonObject body = Json.object(reply.body());
        String header = reply.header("x-amzn-errortype");
        String type = type(header.isEmpty() ? first(body.text("__type"), body.text("code")) : header);
        String message = first(
                body.text("message"), body.text("Message"), body.object("error").text("message"));
        if (message.isEmpty() && body.isEmpty()) {
            message = plain(reply.text());
        }
        int status = reply.status();
        boolean redirect = status >= 300 && status < 400;
        Kind kind = redirect ? Kind.CONFIGURATION : refined(WireNames.kind(type, status), message);
        return failure(
                        kind,
                        type,
                        message,
                        "answered " + status + (redirect ? ", a redirect that is not followed" : ""))
                .status(status)
                .requestId(redacted.apply(reply.header("x-amzn-requestid")))
                .retryAfter(RetryAfter.of(reply, clock.instant()).orElse(null))
                .build();
    }

    /** An exception frame, whose payload is {@code {"message": …, "originalStatusCode"?: …}}. */
    LlmException inStream(String type, byte[] payload) {
        JsonObject body = Json.object(payload);
        String message = first(
                body.text("message"),
                body.text("Message"),
                body.text("originalMessage"),
                body.isEmpty() ? plain(new String(payload, StandardCharsets.UTF_8)) : "");
        return inStream(type, message);
    }

    /** An error frame, or an exception whose message is known. */
    LlmException inStream(String type, String message) {
        return failure(refined(WireNames.kind(type(type), 0), message), type(type), message, "failed while it answered")
                .build();
    }

    /** There was no stop reason. */
    LlmException cut() {
        return described(LlmException.builder(Kind.INCOMPLETE_STREAM, "The answer was cut off: no stop reason came."));
    }

    /** A success that is no answer of a model. */
    LlmException notAnAnswer() {
        return described(LlmException.builder(
                Kind.PROTOCOL,
                subject() + "answered with something that is no answer of Converse; check the endpoint."));
    }

    /** Adds what belongs to every failure of this call. */
    LlmException described(LlmException.Builder failure) {
        String message = String.valueOf(failure.build().getMessage());
        return failure.message(redacted.apply(message))
                .backend(backend)
                .model(model)
                .build();
    }

    private LlmException.Builder failure(Kind kind, String type, String message, String event) {
        String clean = redacted.apply(message); // before it is cut, or half a secret might stay
        String text = clean.length() > MAX_MESSAGE ? clean.substring(0, MAX_MESSAGE) + "…" : clean;
        String said = text.isEmpty() ? (type.isEmpty() ? "." : ": " + type + ".") : ": " + ended(text);
        return LlmException.builder(kind, redacted.apply(subject() + event + said + remedy(kind)))
                .backend(backend)
                .model(model)
                .code(redacted.apply(type))
                .serverMessage(text)
                .retryable(kind.retryable() && !type.equalsIgnoreCase(MODEL_ERROR));
    }

    private String subject() {
        return "'" + backend + "'" + (model.isEmpty() ? " " : " (model " + model + ") ");
    }

    private static String ended(String message) {
        return message.endsWith(".") || message.endsWith("!") || message.endsWith("?") ? message : message + ".";
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> " Check the AWS credentials, the region and the clock.";
            case PERMISSION ->
                " Check the IAM policy (bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream) and"
                        + " the access to the model.";
            case NOT_FOUND -> " Check the model's id and the region.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or take a model that reads more.";
            case QUOTA -> " Ask AWS for a higher quota, or use another region or inference profile.";
            default -> "";
        };
    }

    private static Kind refined(Kind kind, String message) {
        String text = message.toLowerCase(Locale.ROOT);
        if (kind != Kind.INVALID_REQUEST) {
            return kind;
        }
        if (TOO_LONG.stream().anyMatch(text::contains)) {
            return Kind.CONTEXT_LENGTH;
        }
        return text.contains("model identifier is invalid") ? Kind.NOT_FOUND : kind;
    }

    /** {@code com.amazon.coral#ThrottlingException:http://…} is a ThrottlingException. */
    private static String type(String text) {
        int colon = text.indexOf(':');
        String head = colon < 0 ? text : text.substring(0, colon);
        return head.substring(head.indexOf('#') + 1).trim();
    }

    /** What is neither JSON nor a page, but words. */
    private static String plain(String text) {
        String words = text.trim();
        return words.startsWith("<") || words.equals("{}") ? "" : words;
    }

    private static String first(String... candidates) {
        for (String candidate : candidates) {
            if (!candidate.isEmpty()) {
                return candidate;
            }
        }
        return "";
    }
}
