package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.RequestSecrets;
import dev.postern.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * Creates the {@link LlmException} for a failed call: from an HTTP status and its body, from an error inside an answer,
 * or from an answer that is not one of a chat completions API. {@link FailureText} writes the sentences.
 */
final class ChatErrorReader {
    private final FailureText text;
    private final Clock clock;

    /**
     * Creates a reader for the errors of one call.
     *
     * @param secrets the secrets of the request, which servers may repeat
     */
    ChatErrorReader(String backend, String model, RequestSecrets secrets, Clock clock) {
        this.text = new FailureText(backend, model, secrets);
        this.clock = clock;
    }

    /** The failure for an answer whose status is not a success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        if (reply.isRedirect()) {
            return text.described(LlmException.builder(
                            Kind.CONFIGURATION,
                            "redirects (" + status
                                    + ") to another address. Redirects are not followed, because the other"
                                    + " address would receive the key; correct base_url.")
                    .status(status));
        }
        byte[] payload = text.redacted(reply.body());
        ErrorBody body = ErrorBody.of(payload);
        ErrorDetails details = ErrorDetails.of(payload, clock.instant());
        Duration delay = RetryAfter.of(reply.headers(), clock.instant())
                .or(details::delay)
                .or(() -> RetryAfter.inText(body.message()))
                .orElse(null);
        Kind kind = ErrorClassifier.of(body, ErrorKinds.kind(status), details.text(), delay);
        String event = "answered " + status + (status < 400 ? ", which is not a success of this API" : "");
        LlmException.Builder failure = text.failure(kind, body, event)
                .status(status)
                .requestId(text.redacted(requestId(reply)))
                .retryAfter(delay);
        switch (reply.header("x-should-retry").toLowerCase(Locale.ROOT)) {
            case "true" -> failure.retryable(true);
            case "false" -> failure.retryable(false);
            default -> {}
        }
        if (kind == Kind.NOT_FOUND && body.isEmpty()) {
            failure.message(text.sentence(kind, body, "answered " + status + " at " + HttpCall.shown(reply.uri())));
        }
        return failure.build();
    }

    /** Whether these bytes are an error with content. Some servers send the fields of an error without values. */
    boolean isError(byte[] payload) {
        return !bodyOf(payload).isEmpty();
    }

    /** The failure for an error in place of a chunk, inside an answer with a status of success. */
    LlmException inStream(byte[] received) {
        byte[] payload = text.redacted(received);
        ErrorBody body = ErrorBody.of(payload);
        if (body.isEmpty()) {
            return notJson(received);
        }
        ErrorDetails details = ErrorDetails.of(payload, clock.instant());
        Duration delay =
                details.delay().or(() -> RetryAfter.inText(body.message())).orElse(null);
        Kind kind = ErrorClassifier.of(body, kind(body), details.text(), delay);
        return text.failure(kind, body, "failed during the answer")
                .status(body.status())
                .retryAfter(delay)
                .build();
    }

    /** The kind by the status inside the body, by the type, or by the code. */
    private static Kind kind(ErrorBody body) {
        if (body.status() != 0) {
            return ErrorKinds.kind(body.status());
        }
        Kind byType = ErrorKinds.kind(body.type());
        return byType == Kind.SERVER ? ErrorKinds.kind(body.code()) : byType;
    }

    /** The failure for a finish reason that means a failure. */
    LlmException failedFinish(String reason) {
        return text.described(LlmException.builder(
                        FinishReason.kind(reason), "failed during the answer (finish reason '" + reason + "').")
                .code(text.redacted(reason)));
    }

    /** The failure for a tool call of the model that the server could not parse. */
    LlmException malformedCall(String reason) {
        return text.described(LlmException.builder(
                        Kind.SERVER,
                        "could not parse the tool call that the model wrote (finish reason '" + reason
                                + "'); a new request may succeed.")
                .code(text.redacted(reason)));
    }

    /** The failure for an answer that has only an image or audio. */
    LlmException onlyMedia(String field) {
        return text.described(LlmException.builder(
                Kind.UNSUPPORTED,
                "answered with '" + field
                        + "' only, which Postern has no type for; set serverFields(true) in the call's options to get"
                        + " it in the answer's server info."));
    }

    /** The failure for a whole answer or a stream without choices. */
    LlmException noChoices(byte[] payload) {
        return bodyOf(payload).isSentence()
                ? inStream(payload)
                : text.described(LlmException.builder(
                        Kind.PROTOCOL,
                        "answered without choices (" + text.quoted(payload)
                                + "); check that base_url is the address of a chat completions API."));
    }

    /** The failure for a status of success with a body that is not JSON. */
    LlmException notJson(byte[] payload) {
        String quoted = text.quoted(payload);
        String found = quoted.startsWith("'<")
                ? "a web page"
                : quoted.startsWith("'{") || quoted.startsWith("'[")
                        ? "something that is not a JSON object (" + quoted + ")"
                        : "text that is not JSON (" + quoted + ")";
        return text.described(LlmException.builder(
                Kind.PROTOCOL, "answered with " + found + "; check that base_url is the address of the API."));
    }

    /** The failure for an event of a stream that is not JSON and contains no error. */
    LlmException notAnEvent(byte[] payload) {
        return text.described(
                LlmException.builder(Kind.PROTOCOL, "sent an event that is not JSON (" + text.quoted(payload) + ")."));
    }

    /** The failure for a status of success with an empty body. Only with status 200 it counts as a cut-off answer. */
    LlmException empty(int status) {
        return text.described(LlmException.builder(
                status == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL,
                "answered " + status + " with an empty body instead of an answer."));
    }

    /** The failure for a whole answer whose JSON ends too early. */
    LlmException cutJson() {
        return text.described(
                LlmException.builder(Kind.INCOMPLETE_STREAM, "The answer was cut off in the middle of its JSON."));
    }

    /** The failure for an answer without a finish reason and without the end mark. */
    LlmException cut() {
        return text.described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "The answer was cut off: the server sent neither a finish reason nor [DONE]."));
    }

    /** The failure for a stream that has an end mark but no choice. */
    LlmException noAnswer() {
        return text.described(
                LlmException.builder(Kind.INCOMPLETE_STREAM, "ended its stream with [DONE] but sent no choice."));
    }

    /** Reads an error body. Secrets are removed first; otherwise shortening could leave a part of one. */
    private ErrorBody bodyOf(byte[] payload) {
        return ErrorBody.of(text.redacted(payload));
    }

    /** Adds the backend and the model to a failure, and removes secrets from its message. */
    LlmException described(LlmException.Builder failure) {
        return text.described(failure);
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
