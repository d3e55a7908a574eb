package dev.postern.server.http;

import dev.postern.LlmException;
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
    static ErrorAnswer of(Throwable thrown, ErrorFormat format, String requestId, boolean stopping) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof HttpFailure refusal) {
            LlmException refused = refusal.failure();
            return of(format.write(refusal.status(), refused, refusal.headers(), requestId), "", refused.kind());
        }
        if (failure instanceof LlmException failed) {
            int status = Statuses.of(failed, stopping);
            return of(
                    format.write(status, failed, Statuses.headers(failed), requestId),
                    RequestLog.reason(failed),
                    failed.kind());
        }
        LlmException defect = new LlmException(
                LlmException.Kind.SERVER, "The gateway failed; its log has more under the id of the request.");
        return of(format.write(500, defect, Map.of(), requestId), RequestLog.defect(failure), defect.kind());
    }

    private static ErrorAnswer of(ErrorFormat.Written written, String reason, LlmException.Kind kind) {
        return new ErrorAnswer(written.status(), written.json(), written.headers(), reason, kind);
    }
}
