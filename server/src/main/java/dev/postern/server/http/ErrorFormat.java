package dev.postern.server.http;

import dev.postern.LlmException;
import dev.postern.wire.ErrorWriter;
import java.util.Map;

/** The form of the error answers of a path. */
@FunctionalInterface
public interface ErrorFormat {
    /** The gateway's own. */
    ErrorFormat GATEWAY = (status, failure, headers, requestId) ->
            new Written(status, ErrorWriter.write(failure, requestId), headers);

    /**
     * Writes an error.
     *
     * @param status the status in the gateway's own API; see {@link Statuses}
     * @param headers the headers in the gateway's own API, with safe values
     * @param requestId the gateway's id of the exchange
     */
    Written write(int status, LlmException failure, Map<String, String> headers, String requestId);

    /** An error answer in JSON. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Written(int status, byte[] json, Map<String, String> headers) {}
}
