package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.wire.ErrorWriter;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * The answer to a request that failed.
 *
 * @param reason the reason for the log; empty if the client made the error
 * @param kind the kind of the failure
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ErrorAnswer(int status, byte[] json, Map<String, String> headers, String reason, LlmException.Kind kind) {

    /**
     * The answer for a failure.
     *
     * @param stopping whether the server is shutting down, which may be the cause
     */
    static ErrorAnswer of(Throwable thrown, String requestId, boolean stopping) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof HttpFailure refusal) {
            return new ErrorAnswer(
                    refusal.status(),
                    ErrorWriter.write(refusal.failure(), requestId),
                    refusal.headers(),
                    "",
                    refusal.failure().kind());
        }
        if (failure instanceof LlmException failed) {
            return new ErrorAnswer(
                    Statuses.of(failed, stopping),
                    ErrorWriter.write(failed, requestId),
                    Statuses.headers(failed),
                    RequestLog.reason(failed),
                    failed.kind());
        }
        LlmException defect = new LlmException(
                LlmException.Kind.SERVER, "The gateway failed; its log has more under the id of the request.");
        return new ErrorAnswer(
                500, ErrorWriter.write(defect, requestId), Map.of(), RequestLog.defect(failure), defect.kind());
    }
}
