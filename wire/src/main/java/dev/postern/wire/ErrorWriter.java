package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes a failure for the gateway's callers: {@code {"detail": …, "error": {"kind", "message", "backend", "retryable",
 * "request_id"}}}, with {@code model}, {@code code}, {@code status} and {@code retry_after} (seconds) if they are known. The
 * message of a backend is passed on; its address and stack traces are not.
 */
public final class ErrorWriter {
    private ErrorWriter() {}

    /**
     * Writes the body of an error answer, in UTF-8.
     *
     * @param requestId the gateway's id of the exchange; if empty, the id of the failure is used
     */
    public static byte[] write(LlmException failure, String requestId) {
        return Json.bytes(json -> json.object(
                it -> it.field("detail", detail(failure)).object("error", error -> fields(error, failure, requestId))));
    }

    static void fields(JsonWriter json, LlmException failure, String requestId) {
        json.field("kind", name(failure.kind()))
                .field("message", detail(failure))
                .field("backend", failure.backend())
                .field("retryable", failure.retryable())
                .field("request_id", requestId.isEmpty() ? failure.requestId() : requestId)
                .fieldIfAny("model", failure.model())
                .fieldIfAny("code", AddressFilter.removed(failure.code()));
        failure.status().ifPresent(status -> json.field("status", status));
        failure.retryAfter().ifPresent(wait -> json.fieldOf("retry_after", seconds(wait)));
    }

    private static BigDecimal seconds(Duration wait) {
        return new BigDecimal(BigDecimal.valueOf(wait.getSeconds())
                .add(BigDecimal.valueOf(wait.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString());
    }

    /** The name of a kind, for example {@code rate_limited}. */
    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Describes the failure to the caller of the gateway in one sentence: backend, model and the backend's message. It
     * contains no URL, host or stack trace.
     */
    public static String detail(LlmException failure) {
        boolean answered =
                failure.status().isPresent() || !failure.serverMessage().isEmpty();
        if (!answered && (failure.backend().isEmpty() || !isInternal(failure.kind()))) {
            return AddressFilter.removed(String.valueOf(failure.getMessage()));
        }
        String subject = (failure.backend().isEmpty() ? "The backend" : "'" + failure.backend() + "'")
                + (failure.model().isEmpty() ? "" : " (model " + failure.model() + ")");
        String message = AddressFilter.removed(failure.serverMessage());
        return subject + " " + whatHappened(failure) + (message.isEmpty() ? "." : ": " + withFullStop(message));
    }

    /** Whether the message of such a failure may describe a connection, a setting or a key, which callers must not see. */
    private static boolean isInternal(Kind kind) {
        return switch (kind) {
            case CONNECTION, TIMEOUT, INCOMPLETE_STREAM, PROTOCOL, SERVER, AUTHENTICATION, CONFIGURATION, CANCELLED ->
                true;
            default -> false;
        };
    }

    private static String whatHappened(LlmException failure) {
        if (failure.status().isPresent()) {
            return "answered " + failure.status().getAsInt();
        }
        return switch (failure.kind()) {
            case CONNECTION -> "could not be reached";
            case TIMEOUT -> "did not answer in time";
            case INCOMPLETE_STREAM -> "ended its answer early";
            case PROTOCOL -> "sent an answer that cannot be read";
            case AUTHENTICATION ->
                "has no credentials for this call; send them with the call, or configure them in the gateway";
            case CONFIGURATION -> "is not configured correctly; see the gateway's log";
            case CANCELLED -> "was stopped because the call was cancelled";
            default -> "failed during the answer";
        };
    }

    private static String withFullStop(String sentence) {
        return ".!?…".indexOf(sentence.charAt(sentence.length() - 1)) >= 0 ? sentence : sentence + ".";
    }
}
