package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** The little of HTTP that it takes to ask for credentials: small, blocking, soon over. */
@FunctionalInterface
interface AwsHttp {

    /** The answer, whatever its status, or an {@link IOException} if none came in time. */
    HttpReply send(HttpCall call, Duration patience) throws IOException;

    /** The same, with a second try if no answer came or the server failed. */
    default HttpReply sendTwice(HttpCall call, Duration patience) throws IOException {
        try {
            HttpReply first = send(call, patience);
            return first.status() < 500 && first.status() != 429 ? first : send(call, patience);
        } catch (IOException e) {
            try {
                return send(call, patience);
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    /** What it means when a service that must be there gave no answer. */
    static LlmException noAnswer(String service, HttpCall call, IOException cause) {
        boolean slow = cause instanceof HttpTimeoutException;
        return new LlmException(
                slow ? Kind.TIMEOUT : Kind.CONNECTION,
                service + " at " + HttpCall.shown(call.uri())
                        + (slow ? " did not answer in time" : " cannot be reached")
                        + "; check address and network, or give the provider credentials.",
                cause);
    }

    /**
     * What it means when a service answered that there are no credentials.
     *
     * @param reason the service's own words, without anything secret; may be empty
     */
    static LlmException refused(String service, HttpReply reply, String code, String reason) {
        boolean failed = reply.status() >= 500 || reply.status() == 429;
        String words = reason.length() > 300 ? reason.substring(0, 300) + "…" : reason;
        return LlmException.builder(
                        failed ? Kind.SERVER : Kind.AUTHENTICATION,
                        service + " at " + HttpCall.shown(reply.uri()) + " answered " + reply.status()
                                + " instead of credentials"
                                + (words.isBlank() ? "" : " (" + words.strip().replaceFirst("\\.$", "") + ")")
                                + (failed ? "; try again." : "; check what this application may ask there."))
                .status(reply.status())
                .code(code)
                .serverMessage(words)
                .build();
    }
}
