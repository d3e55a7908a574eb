package dev.postern.bedrock;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpReply;
import dev.postern.http.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as an {@link LlmException}: from an HTTP status, from an exception in the stream, or from an answer that
 * is none.
 */
final class ErrorReader {
    private static final int MAX_MESSAGE = 1000;
    private static final int MAX_EXCERPT = 200;
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\s]+");
    /** The model failed on this input, and would again. */
    private static final String MODEL_ERROR = "ModelErrorException";

    private final String backend;
    private final String model;
    private final UnaryOperator<String> redacted;
    private final Clock clock;
    private final @Nullable HttpReply head;

    ErrorReader(String backend, String model, UnaryOperator<String> redacted, Clock clock) {
        this(backend, model, redacted, clock, null);
    }

    private ErrorReader(
            String backend, String model, UnaryOperator<String> redacted, Clock clock, @Nullable HttpReply head) {
        this.backend = backend;
        this.model = model;
        this.redacted = redacted;
        this.clock = clock;
        this.head = head;
    }

    /** The errors of the answer that begins with this head, which names the request and may ask to wait. */
    ErrorReader within(HttpReply answer) {
        return new ErrorReader(backend, model, redacted, clock, answer);
    }

    /** An answer whose status is no success. */
    LlmException ofStatus(HttpReply reply) {
        int status = reply.status();
        boolean redirect = status >= 300 && status < 400 && status != 304;
        Fault fault = fault(reply);
        Kind kind = redirect ? Kind.CONFIGURATION : FaultKind.of(fault, status);
        return within(reply)
                .failure(kind, fault, "answered " + status + (redirect ? ", a redirect that is not followed" : ""))
                .status(status)
                .build();
    }

    private Fault fault(HttpReply reply) {
        Duration wait = RetryAfter.of(reply, clock.instant()).orElse(null);
        Fault said = Fault.of(reply.header("x-amzn-errortype"), reply.body());
        return wait == null ? said : new Fault(said.type(), said.message(), said.originalStatus(), wait);
    }

    /** An exception frame, whose payload is {@code {"message": …, "originalStatusCode"?: …}}. */
    LlmException inStream(String type, byte[] payload) {
        return inStream(Fault.of(type, payload));
    }

    /** An error frame, which has no payload. */
    LlmException inStream(String type, String message) {
        return inStream(Fault.of(type, message));
    }

    private LlmException inStream(Fault said) {
        Fault fault = head == null
                ? said
                : said.orElse(RetryAfter.of(head, clock.instant()).orElse(null));
        return failure(FaultKind.of(fault, 0), fault, "failed while it answered")
                .build();
    }

    /** There was no stop reason. */
    LlmException cut() {
        return described(LlmException.builder(Kind.INCOMPLETE_STREAM, "The answer was cut off: no stop reason came."));
    }

    /** The same of a whole answer. */
    LlmException cut(HttpReply reply) {
        if (reply.body().length > 0) {
            return cut();
        }
        // A success that never has a body is another thing than a body that is missing.
        Kind kind = reply.status() == 200 ? Kind.INCOMPLETE_STREAM : Kind.PROTOCOL;
        return described(LlmException.builder(
                kind, subject() + "answered " + reply.status() + " without a body; check the endpoint."));
    }

    /** A success that is no answer of a model: an error all the same, or anything else. */
    LlmException notAnAnswer(HttpReply reply) {
        Fault fault = fault(reply);
        if (!fault.type().isEmpty()) {
            return failure(FaultKind.of(fault, 0), fault, "answered " + reply.status() + " with an error")
                    .build();
        }
        return described(LlmException.builder(
                        Kind.PROTOCOL,
                        subject() + "answered " + reply.status()
                                + " with something that is no answer of Bedrock; check the endpoint. It begins with: "
                                + excerpt(reply.body()))
                .serverMessage(shortened(redacted.apply(fault.message()))));
    }

    /** An event of the stream that is no JSON. */
    LlmException unreadable(String type, byte[] payload) {
        return described(LlmException.builder(
                Kind.PROTOCOL,
                subject() + "sent the event '" + redacted.apply(type) + "', which is no JSON. It begins with: "
                        + excerpt(payload)));
    }

    /** The service says that it could not use what the model generated. Another try may get something else. */
    LlmException malformed(String stopReason, CompletionResponse answer) {
        String what = stopReason.equals("malformed_tool_use")
                ? "a tool call that could not be read"
                : "output that could not be read";
        return described(LlmException.builder(
                        Kind.SERVER,
                        subject() + "generated " + what + " (" + stopReason
                                + "); ask again, or simplify the tools and the request.")
                .code(stopReason)
                .answer(answer));
    }

    /** There was a call without a name, or arguments without a call. */
    LlmException lostCall(CompletionResponse answer) {
        return described(LlmException.builder(
                        Kind.PROTOCOL,
                        subject() + "sent a tool call without its beginning, so it cannot be run; check what stands"
                                + " between this client and AWS.")
                .answer(answer));
    }

    /** There is nothing else in the answer than blocks of which the vocabulary has no part. */
    LlmException unread(Set<String> blocks, CompletionResponse answer) {
        return described(LlmException.builder(
                        Kind.UNSUPPORTED,
                        subject() + "answered with " + shortened(String.join(", ", blocks))
                                + " alone, which has no place in an answer here; set serverFields(true) in the call's options to get it"
                                + " in the answer's server info.")
                .answer(answer));
    }

    /** The first characters of what cannot be understood. */
    private String excerpt(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, 8 * MAX_MESSAGE), StandardCharsets.UTF_8);
        String clean =
                NOT_PRINTABLE.matcher(redacted.apply(text)).replaceAll(" ").trim();
        return "'" + (clean.length() > MAX_EXCERPT ? clean.substring(0, MAX_EXCERPT) + "…" : clean) + "'.";
    }

    /** Adds what belongs to every failure of this call. */
    LlmException described(LlmException.Builder failure) {
        String message = String.valueOf(failure.build().getMessage());
        return named(failure.message(redacted.apply(message))).build();
    }

    private LlmException.Builder named(LlmException.Builder failure) {
        if (head != null) {
            failure.requestId(redacted.apply(head.header("x-amzn-requestid")));
        }
        return failure.backend(backend).model(model);
    }

    private LlmException.Builder failure(Kind kind, Fault fault, String event) {
        String text = shortened(redacted.apply(fault.message())); // redacted first, or half a secret might stay
        String type = fault.type();
        String said = text.isEmpty() ? (type.isEmpty() ? "." : ": " + type + ".") : ": " + ended(text);
        return named(LlmException.builder(kind, redacted.apply(subject() + event + said + remedy(kind))))
                .code(redacted.apply(type))
                .serverMessage(text)
                .retryAfter(fault.pause())
                .retryable(kind.retryable() && !(kind == Kind.SERVER && type.equalsIgnoreCase(MODEL_ERROR)));
    }

    private static String shortened(String text) {
        return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) + "…" : text;
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
}
