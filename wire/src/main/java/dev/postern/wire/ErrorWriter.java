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
 * "request_id"}}}, with {@code model}, {@code code}, {@code status} and {@code retry_after} (seconds) where they are known.
 * What a backend said is passed on; its address, and stack traces, are not.
 */
public final class ErrorWriter {
    private ErrorWriter() {}

    /**
     * The body of an answer that is an error, in UTF-8.
     *
     * @param requestId the gateway's id of the exchange; empty for that of the failure
     */
    public static byte[] write(LlmException failure, String requestId) {
        return Json.bytes(json -> json.object(
                it -> it.field("detail", detail(failure)).object("error", error -> fields(error, failure, requestId))));
    }

    static void fields(JsonWriter json, LlmException failure, String requestId) {
        json.field("kind", word(failure.kind()))
                .field("message", detail(failure))
                .field("backend", failure.backend())
                .field("retryable", failure.retryable())
                .field("request_id", requestId.isEmpty() ? failure.requestId() : requestId)
                .fieldIfAny("model", failure.model())
                .fieldIfAny("code", Address.removed(failure.code()));
        failure.status().ifPresent(status -> json.field("status", status));
        failure.retryAfter().ifPresent(wait -> json.fieldOf("retry_after", seconds(wait)));
    }

    private static BigDecimal seconds(Duration wait) {
        return new BigDecimal(BigDecimal.valueOf(wait.getSeconds())
                .add(BigDecimal.valueOf(wait.getNano(), 9))
                .stripTrailingZeros()
                .toPlainString());
    }

    /** The word for a kind, for example {@code rate_limited}. */
    static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The failure in one sentence, for the caller of the gateway: which backend, which model, what it said. There is no
     * URL, host or stack trace in it.
     */
    public static String detail(LlmException failure) {
        boolean answered =
                failure.status().isPresent() || !failure.serverMessage().isEmpty();
        if (!answered && (failure.backend().isEmpty() || !isOfBackend(failure.kind()))) {
            return Address.removed(String.valueOf(failure.getMessage()));
        }
        String subject = (failure.backend().isEmpty() ? "The backend" : "'" + failure.backend() + "'")
                + (failure.model().isEmpty() ? "" : " (model " + failure.model() + ")");
        String said = Address.removed(failure.serverMessage());
        return subject + " " + what(failure) + (said.isEmpty() ? "." : ": " + ended(said));
    }

    /** Whether the sentence of such a failure is about a connection, a setting or a key, which are nobody else's business. */
    private static boolean isOfBackend(Kind kind) {
        return switch (kind) {
            case CONNECTION, TIMEOUT, INCOMPLETE_STREAM, PROTOCOL, SERVER, AUTHENTICATION, CONFIGURATION, CANCELLED ->
                true;
            default -> false;
        };
    }

    private static String what(LlmException failure) {
        if (failure.status().isPresent()) {
            return "answered " + failure.status().getAsInt();
        }
        return switch (failure.kind()) {
            case CONNECTION -> "could not be reached";
            case TIMEOUT -> "did not answer in time";
            case INCOMPLETE_STREAM -> "broke its answer off";
            case PROTOCOL -> "answered with something that cannot be read";
            case AUTHENTICATION -> "has no credentials for this call; send them with it, or give them to the gateway";
            case CONFIGURATION -> "is set up wrongly, as the gateway's log says";
            case CANCELLED -> "was not waited for: the call was cancelled";
            default -> "failed while it answered";
        };
    }

    private static String ended(String sentence) {
        return ".!?…".indexOf(sentence.charAt(sentence.length() - 1)) >= 0 ? sentence : sentence + ".";
    }
}
