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
 * What went wrong, as an {@link LlmException}: from an HTTP status with its body, from an error inside an answer, or from
 * an answer that is none.
 */
final class ChatErrorReader {
    private static final int MAX_SHOWN = 200; // of what cannot be understood, in characters

    private final String backend;
    private final String model;
    private final UnaryOperator<String> redacted;
    private final Clock clock;

    /**
     * A reader for the errors of one call.
     *
     * @param redacted takes the secrets out of a text, since servers repeat them
     */
    ChatErrorReader(String backend, String model, UnaryOperator<String> redacted, Clock clock) {
        this.backend = backend;
        this.model = model;
        this.redacted = redacted;
        this.clock = clock;
    }

    /** An answer whose status is no success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        if (reply.isRedirect()) {
            return described(LlmException.builder(
                            Kind.CONFIGURATION,
                            "redirects (" + status + ") to another address, which is not followed because the key would"
                                    + " go along; correct base_url.")
                    .status(status));
        }
        ErrorBody body = bodyOf(reply.body());
        ErrorDetails details = ErrorDetails.of(redacted(reply.body()), clock.instant());
        Duration wait = RetryAfter.of(reply, clock.instant())
                .or(details::delay)
                .or(() -> RetryAfter.inText(body.message()))
                .orElse(null);
        Kind kind = ErrorClassifier.of(body, ChatNames.kind(status), details.words(), wait);
        String event = "answered " + status + (status < 400 ? ", which is no success of its API" : "");
        LlmException.Builder failure = failure(kind, body, event)
                .status(status)
                .requestId(redacted.apply(requestId(reply)))
                .retryAfter(wait);
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

    /** Whether these bytes say what went wrong. Some servers send the fields of an error with nothing in them. */
    boolean isError(byte[] payload) {
        return !bodyOf(payload).isEmpty();
    }

    /** An error that stands where a chunk should, inside an answer whose status was a success. */
    LlmException inStream(byte[] payload) {
        ErrorBody body = bodyOf(payload);
        if (body.isEmpty()) {
            return notJson(payload);
        }
        ErrorDetails details = ErrorDetails.of(redacted(payload), clock.instant());
        Duration wait =
                details.delay().or(() -> RetryAfter.inText(body.message())).orElse(null);
        Kind kind = ErrorClassifier.of(body, kind(body), details.words(), wait);
        return failure(kind, body, "failed while it answered")
                .status(body.status())
                .retryAfter(wait)
                .build();
    }

    /** What the error says of its kind: by a status, or by the name of its class or its code. */
    private static Kind kind(ErrorBody body) {
        if (body.status() != 0) {
            return ChatNames.kind(body.status());
        }
        Kind byType = ChatNames.kind(body.type());
        return byType == Kind.SERVER ? ChatNames.kind(body.code()) : byType;
    }

    /** The server says at the end that there was no proper end. */
    LlmException failedFinish(String reason) {
        return described(LlmException.builder(
                        FinishReason.kind(reason), "failed while it answered (finish reason '" + reason + "').")
                .code(redacted.apply(reason)));
    }

    /** The model wrote a tool call that the server could not read, and so could not hand on. */
    LlmException malformedCall(String reason) {
        return described(LlmException.builder(
                        Kind.SERVER,
                        "could not read the tool call that the model wrote (finish reason '" + reason
                                + "'); a new request may succeed.")
                .code(redacted.apply(reason)));
    }

    /** There is nothing else in the answer than what has no place in one. */
    LlmException unread(String field) {
        return described(LlmException.builder(
                Kind.UNSUPPORTED,
                "answered with '" + field
                        + "' alone, which has no place in an answer here; set serverFields(true) in the"
                        + " call's options to get it in the answer's server info."));
    }

    /** A success, or a stream, whose objects are no answer of a model. */
    LlmException noChoices(byte[] payload) {
        return bodyOf(payload).isSentence()
                ? inStream(payload)
                : described(LlmException.builder(
                        Kind.PROTOCOL,
                        "answered without choices (" + quoted(payload)
                                + "); is base_url that of a chat completions API?"));
    }

    /** A success whose body is not even JSON. */
    LlmException notJson(byte[] payload) {
        String quoted = quoted(payload);
        String what = quoted.startsWith("'<")
                ? "a web page"
                : quoted.startsWith("'{") || quoted.startsWith("'[")
                        ? "something that is no JSON object (" + quoted + ")"
                        : "text that is no JSON (" + quoted + ")";
        return described(
                LlmException.builder(Kind.PROTOCOL, "answered with " + what + "; is base_url that of its API?"));
    }

    /** An event of a stream that is no JSON, and in which no error can be found either. */
    LlmException notAnEvent(byte[] payload) {
        return described(
                LlmException.builder(Kind.PROTOCOL, "sent an event that is no JSON (" + quoted(payload) + ")."));
    }

    /** A success without any body. With any other status than 200 the server has something else in mind than an answer. */
    LlmException empty(int status) {
        return described(LlmException.builder(
                status == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL,
                "answered " + status + " with an empty body instead of an answer."));
    }

    /** Neither an end was seen nor the end mark. */
    LlmException cut() {
        return described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "The answer was cut off: the server sent neither a finish reason nor [DONE]."));
    }

    /** A stream that was ended by its end mark before it began. */
    LlmException noAnswer() {
        return described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "ended its stream with [DONE] without having sent a choice."));
    }

    /** The beginning of what came, as printable text: without secrets, and those before it is shortened. */
    private String quoted(byte[] payload) {
        String all = redacted.apply(new String(payload, 0, Math.min(payload.length, 4096), StandardCharsets.UTF_8));
        String text = all.replaceAll("[\\s\\p{Cntrl}]+", " ")
                .replaceAll("[\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}]", "")
                .strip();
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    /** Without the secrets before it is shortened, or half of one might be left at the end. */
    private ErrorBody bodyOf(byte[] payload) {
        return ErrorBody.of(redacted(payload));
    }

    private byte[] redacted(byte[] payload) {
        return redacted.apply(new String(payload, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
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

    private static String ended(String said) {
        String message = said.strip();
        return message.endsWith(".") || message.endsWith("!") || message.endsWith("?") ? message : message + ".";
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> " Check api_key.";
            case PERMISSION -> " Check what the key may do.";
            case NOT_FOUND -> " Check the model's name and base_url.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or take a model that reads more.";
            case QUOTA -> " Check the account's budget and limits.";
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
