package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What went wrong, as an {@link LlmException}: from an HTTP status with its body, from an error inside an answer, or from
 * an answer that is none.
 */
final class ErrorReader {
    private static final int MAX_SHOWN = 100; // of what is no error, in characters

    private final String backend;
    private final String model;
    private final UnaryOperator<String> redacted;
    private final Clock clock;

    /**
     * A reader for the errors of one call.
     *
     * @param redacted takes the secrets out of a text, since servers repeat them
     */
    ErrorReader(String backend, String model, UnaryOperator<String> redacted, Clock clock) {
        this.backend = backend;
        this.model = model;
        this.redacted = redacted;
        this.clock = clock;
    }

    /** An answer whose status is no success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        if (status >= 300 && status < 400) {
            return described(LlmException.builder(
                            Kind.CONFIGURATION,
                            "redirects (" + status + ") to another address, which is not followed because the key would"
                                    + " go along; correct base_url.")
                    .status(status));
        }
        ErrorBody body = bodyOf(reply.body());
        Kind kind = ErrorKind.of(body, WireNames.kind(status));
        LlmException.Builder failure = failure(kind, body, "answered " + status)
                .status(status)
                .requestId(redacted.apply(requestId(reply)))
                .retryAfter(RetryAfter.of(reply, clock.instant())
                        .or(() -> RetryAfter.inText(body.message()))
                        .orElse(null));
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

    /** An error that stands where a chunk should, inside an answer whose status was a success. */
    LlmException inStream(byte[] payload) {
        ErrorBody body = bodyOf(payload);
        if (body.isEmpty()) {
            return notJson(payload);
        }
        Kind kind =
                ErrorKind.of(body, body.status() == 0 ? WireNames.kind(body.type()) : WireNames.kind(body.status()));
        return failure(kind, body, "failed while it answered")
                .status(body.status())
                .retryAfter(RetryAfter.inText(body.message()).orElse(null))
                .build();
    }

    /** The server says at the end that there was no proper end. */
    LlmException failedFinish(String reason) {
        Kind kind = reason.equals("insufficient_system_resource") ? Kind.OVERLOADED : Kind.SERVER;
        return described(LlmException.builder(kind, "failed while it answered (finish reason '" + reason + "').")
                .code(reason));
    }

    /** A success whose body is no answer of a model. */
    LlmException noChoices(byte[] payload) {
        ErrorBody body = bodyOf(payload);
        boolean isSentence = !body.message().isEmpty() && !body.message().startsWith("{"); // Ollama's own API
        return isSentence
                ? inStream(payload)
                : described(LlmException.builder(
                        Kind.PROTOCOL, "answered without choices; is base_url that of a chat completions API?"));
    }

    /** A success whose body is not even JSON. */
    LlmException notJson(byte[] payload) {
        String all = redacted.apply(new String(payload, 0, Math.min(payload.length, 4096), StandardCharsets.UTF_8));
        String text = all.substring(0, Math.min(all.length(), MAX_SHOWN)).trim();
        String what = text.startsWith("<")
                ? "a web page"
                : text.isEmpty() || "{[".indexOf(text.charAt(0)) >= 0
                        ? "something that is no JSON object"
                        : "text that is no JSON ('" + text.replaceAll("\\s+", " ") + "')";
        return described(
                LlmException.builder(Kind.PROTOCOL, "answered with " + what + "; is base_url that of its API?"));
    }

    /** Without the secrets before it is shortened, or half of one might be left at the end. */
    private ErrorBody bodyOf(byte[] payload) {
        return ErrorBody.of(
                redacted.apply(new String(payload, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
    }

    /** Adds what belongs to every failure of this call. */
    LlmException described(LlmException.Builder failure) {
        LlmException plain = failure.build();
        String message = String.valueOf(plain.getMessage());
        boolean sentence = Character.isUpperCase(message.charAt(0)) || message.charAt(0) == '\'';
        return failure.message(redacted.apply(sentence ? message : subject() + message))
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
        String said = body.message().isEmpty() ? "." : ": " + ended(body.message());
        return redacted.apply(subject() + event + said + remedy(kind));
    }

    private String subject() {
        return "'" + backend + "'" + (model.isEmpty() ? " " : " (model " + model + ") ");
    }

    private static String ended(String message) {
        return message.endsWith(".") || message.endsWith("!") || message.endsWith("?") ? message : message + ".";
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> " Check api_key.";
            case PERMISSION -> " Check what the key may do.";
            case NOT_FOUND -> " Check the model's name and base_url.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or take a model that reads more.";
            case QUOTA -> " Check the account's budget.";
            case UNSUPPORTED -> " Leave that out, or take a model that can do it.";
            default -> "";
        };
    }

    /** The names under which servers send their id of a request. */
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
