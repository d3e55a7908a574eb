package dev.postern.bedrock;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpReply;
import dev.postern.http.RequestSecrets;
import dev.postern.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates the {@link LlmException} for an error of Bedrock: an HTTP status, an exception in a stream, or an invalid
 * answer.
 */
final class ConverseErrorReader {
    private static final int MAX_MESSAGE = 1000;
    /** The model cannot process this input, so a retry would fail too. */
    private static final String MODEL_ERROR = "ModelErrorException";

    private final String backend;
    private final String model;
    private final RequestSecrets secrets;
    private final Clock clock;
    private final @Nullable HttpReply head;

    ConverseErrorReader(String backend, String model, RequestSecrets secrets, Clock clock) {
        this(backend, model, secrets, clock, null);
    }

    private ConverseErrorReader(
            String backend, String model, RequestSecrets secrets, Clock clock, @Nullable HttpReply head) {
        this.backend = backend;
        this.model = model;
        this.secrets = secrets;
        this.clock = clock;
        this.head = head;
    }

    /** A reader for errors in the answer with this head, which has the request id and perhaps a retry delay. */
    ConverseErrorReader withHead(HttpReply answer) {
        return new ConverseErrorReader(backend, model, secrets, clock, answer);
    }

    /** The failure for a status that is not a success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        ServiceError error = serviceError(reply);
        ConverseErrorReader reader = withHead(reply);
        LlmException.Builder failure = reply.isRedirect()
                ? reader.failure(
                        Kind.CONFIGURATION,
                        error,
                        "redirects (" + status + ") to another address",
                        " Redirects are not followed, because the other address would receive the Authorization header;"
                                + " correct the endpoint.")
                : reader.failure(ServiceErrorKind.of(error, status), error, "answered " + status);
        return failure.status(status).build();
    }

    private ServiceError serviceError(HttpReply reply) {
        Duration delay = RetryAfter.of(reply.headers(), clock.instant()).orElse(null);
        ServiceError error = ServiceError.of(reply.header("x-amzn-errortype"), reply.body());
        return delay == null ? error : new ServiceError(error.type(), error.message(), error.originalStatus(), delay);
    }

    /** The failure for an exception frame, whose payload is {@code {"message": …, "originalStatusCode"?: …}}. */
    LlmException inStream(String type, byte[] payload) {
        return inStream(ServiceError.of(type, payload));
    }

    /** The failure for an error frame, which has no payload. */
    LlmException inStream(String type, String message) {
        return inStream(ServiceError.of(type, message));
    }

    private LlmException inStream(ServiceError received) {
        ServiceError error = head == null
                ? received
                : received.withDefaultDelay(
                        RetryAfter.of(head.headers(), clock.instant()).orElse(null));
        return failure(ServiceErrorKind.of(error, 0), error, "failed during the answer")
                .build();
    }

    /** The failure for an answer without a stop reason. */
    LlmException truncated() {
        return described(LlmException.builder(
                Kind.INCOMPLETE_STREAM, "The answer was cut off: the server sent no stop reason."));
    }

    /** The failure for a whole answer whose JSON ends too early, or that has no body. */
    LlmException cutJson(HttpReply reply) {
        if (reply.body().length > 0) {
            return described(
                    LlmException.builder(Kind.INCOMPLETE_STREAM, "The answer was cut off in the middle of its JSON."));
        }
        // With status 200 the body is missing. Other successes, such as 204, never have one.
        Kind kind = reply.status() == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL;
        return described(LlmException.builder(
                kind,
                subject() + "answered " + reply.status()
                        + " with an empty body instead of an answer. Check the endpoint."));
    }

    /** The failure for a success whose body is an error, or not an answer of Bedrock at all. */
    LlmException invalidAnswer(HttpReply reply) {
        ServiceError error = serviceError(reply);
        if (!error.type().isEmpty()) {
            return failure(ServiceErrorKind.of(error, 0), error, "answered " + reply.status() + " with an error")
                    .build();
        }
        return described(LlmException.builder(
                        Kind.PROTOCOL,
                        subject() + "answered " + reply.status() + " with a body that is not an answer of Bedrock ("
                                + excerpt(reply.body()) + "); check the endpoint.")
                .serverMessage(shortened(secrets.redacted(error.message()))));
    }

    /** The failure for an event that is not JSON. */
    LlmException invalidEvent(String type, byte[] payload) {
        return described(LlmException.builder(
                Kind.PROTOCOL,
                subject() + "sent an event '" + type + "' that is not JSON (" + excerpt(payload) + ")."));
    }

    /** The failure for output of the model that the service could not parse. Another attempt may succeed. */
    LlmException malformed(String stopReason, CompletionResponse answer) {
        String what = stopReason.equals("malformed_tool_use")
                ? "a tool call that Bedrock could not parse"
                : "output that Bedrock could not parse";
        return described(LlmException.builder(
                        Kind.SERVER,
                        subject() + "generated " + what + " (" + stopReason
                                + "); try again, or simplify the tools and the request.")
                .code(stopReason)
                .answer(answer));
    }

    /** The failure for a tool call without a name, or arguments without a call. */
    LlmException incompleteCall(CompletionResponse answer) {
        return described(LlmException.builder(
                        Kind.PROTOCOL,
                        subject() + "sent a tool call without its beginning, so it cannot be run; check the proxies"
                                + " between this client and AWS.")
                .answer(answer));
    }

    /** The failure for an answer that consists of blocks that Postern has no type for. */
    LlmException unknownBlocks(Set<String> blocks, CompletionResponse answer) {
        return described(LlmException.builder(
                        Kind.UNSUPPORTED,
                        subject() + "answered with " + shortened(String.join(", ", blocks))
                                + " only, which Postern has no type for; set serverFields(true) in the call's options"
                                + " to get it in the answer's server info.")
                .answer(answer));
    }

    private String excerpt(byte[] bytes) {
        return secrets.excerpt(bytes, 0, bytes.length);
    }

    /** Adds backend, model and request id, and masks secrets in the message. */
    LlmException described(LlmException.Builder failure) {
        String message = String.valueOf(failure.build().getMessage());
        return named(failure.message(secrets.redacted(message))).build();
    }

    private LlmException.Builder named(LlmException.Builder failure) {
        if (head != null) {
            failure.requestId(secrets.redacted(head.header("x-amzn-requestid")));
        }
        return failure.backend(backend).model(model);
    }

    private LlmException.Builder failure(Kind kind, ServiceError error, String event) {
        return failure(kind, error, event, remedy(kind));
    }

    private LlmException.Builder failure(Kind kind, ServiceError error, String event, String remedy) {
        String text =
                shortened(secrets.redacted(error.message())); // masked first: shortening could cut a secret in half
        String type = error.type();
        String detail = text.isEmpty() ? (type.isEmpty() ? "." : ": " + type + ".") : ": " + withFullStop(text);
        return named(LlmException.builder(kind, secrets.redacted(subject() + event + detail + remedy)))
                .code(secrets.redacted(type))
                .serverMessage(text)
                .retryAfter(error.retryDelay())
                .retryable(kind.retryable() && !(kind == Kind.SERVER && type.equalsIgnoreCase(MODEL_ERROR)));
    }

    private static String shortened(String text) {
        return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
    }

    private String subject() {
        return "'" + backend + "'" + (model.isEmpty() ? " " : " (model " + model + ") ");
    }

    private static String withFullStop(String message) {
        return message.endsWith(".") || message.endsWith("!") || message.endsWith("?") ? message : message + ".";
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> " Check the AWS credentials, the region and the clock.";
            case PERMISSION ->
                " Check the IAM policy (bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream) and"
                        + " the account's access to the model.";
            case NOT_FOUND -> " Check the model's id and the region.";
            case CONTEXT_LENGTH -> " Shorten the conversation, or use a model with a larger context.";
            case QUOTA -> " Ask AWS for a higher quota, or use another region or inference profile.";
            default -> "";
        };
    }
}
