package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** A small blocking HTTP client for the services that issue credentials. */
@FunctionalInterface
interface AwsHttp {

    /**
     * The answer, with any status.
     *
     * @throws IOException if no answer comes before the timeout
     */
    HttpReply send(HttpCall call, Duration timeout) throws IOException;

    /** Like {@link #send}, with one retry if no answer comes or if the status is 429 or at least 500. */
    default HttpReply sendWithRetry(HttpCall call, Duration timeout) throws IOException {
        try {
            HttpReply first = send(call, timeout);
            return first.status() < 500 && first.status() != 429 ? first : send(call, timeout);
        } catch (IOException e) {
            try {
                return send(call, timeout);
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    /** The failure for a service that did not answer. */
    static LlmException noAnswer(String service, HttpCall call, IOException cause) {
        boolean slow = cause instanceof HttpTimeoutException;
        return new LlmException(
                slow ? Kind.TIMEOUT : Kind.CONNECTION,
                service + " at " + HttpCall.shown(call.uri())
                        + (slow ? " did not answer in time" : " cannot be reached")
                        + "; check the address and the network, or set the provider's credentials.",
                cause);
    }

    /**
     * The failure for a service that answered without credentials.
     *
     * @param code the service's error code; may be empty
     * @param reason the service's error message without secrets; may be empty
     */
    static LlmException refused(String service, HttpReply reply, String code, String reason) {
        boolean failed = reply.status() >= 500 || reply.status() == 429;
        String message = reason.length() > 300 ? reason.substring(0, 300) + "…" : reason;
        return LlmException.builder(
                        failed ? Kind.SERVER : Kind.AUTHENTICATION,
                        service + " at " + HttpCall.shown(reply.uri()) + " answered " + reply.status()
                                + " and no credentials"
                                + (message.isBlank()
                                        ? ""
                                        : " (" + message.strip().replaceFirst("\\.$", "") + ")")
                                + (failed ? "; try again." : "; check the permissions of this application."))
                .status(reply.status())
                .code(code)
                .serverMessage(message)
                .build();
    }
}
