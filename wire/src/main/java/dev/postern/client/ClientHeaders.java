package dev.postern.client;

import dev.postern.LlmException;
import dev.postern.http.RequestSecrets;
import java.util.Map;

/**
 * The headers of one attempt.
 *
 * @param values names and values
 * @param secrets the secret values
 */
record ClientHeaders(Map<String, String> values, RequestSecrets secrets) {
    /** No headers and no secrets, before the first attempt. */
    static final ClientHeaders NONE = new ClientHeaders(Map.of(), RequestSecrets.NONE);

    /** Adds the beginning of the unreadable bytes to the failure of a reader. */
    LlmException quoting(LlmException failure, byte[] bytes, int offset, int length) {
        return failure.kind() != LlmException.Kind.PROTOCOL || length == 0
                ? failure
                : failure.toBuilder()
                        .message(failure.getMessage() + " It begins with " + secrets.excerpt(bytes, offset, length)
                                + ".")
                        .build();
    }

    /** Removes the secrets, which servers may repeat, from a failure, and adds the names of backend and model. */
    LlmException described(LlmException failure, String backend, String model) {
        return failure.toBuilder()
                .message(secrets.redacted(String.valueOf(failure.getMessage())))
                .backend(backend)
                .model(secrets.redacted(failure.model().isEmpty() ? model : failure.model()))
                .code(secrets.redacted(failure.code()))
                .serverMessage(secrets.redacted(failure.serverMessage()))
                .requestId(secrets.redacted(failure.requestId()))
                .build();
    }

    /** The names, without the values. */
    @Override
    public String toString() {
        return "ClientHeaders" + values.keySet();
    }
}
