package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** Converts exceptions of the JDK's client to {@link LlmException}s, with one sentence that has cause and remedy. */
final class Failures {
    private Failures() {}

    /** The failure of an exchange before the status line. */
    static LlmException beforeHead(Throwable thrown, URI uri, Duration connectTimeout) {
        Throwable cause = unwrap(thrown);
        String where = HttpCall.shown(uri);
        if (cause instanceof LlmException known) {
            return known;
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return failure(
                    Kind.TIMEOUT,
                    "No connection to " + where + " within " + shown(connectTimeout)
                            + "; check address and network, or raise the connect timeout.",
                    cause);
        }
        if (cause instanceof UnknownHostException || causedBy(cause, UnresolvedAddressException.class)) {
            return failure(Kind.CONNECTION, "The host of " + where + " is unknown; check the base URL.", cause);
        }
        if (cause instanceof ConnectException) {
            return failure(Kind.CONNECTION, "Nothing listens at " + where + "; is the server running?", cause);
        }
        if (cause instanceof SSLException) {
            return LlmException.builder(
                            Kind.CONNECTION,
                            "No secure connection to " + where + " (" + reason(cause)
                                    + "); check http or https, and the certificate.")
                    .retryable(false)
                    .cause(cause)
                    .build();
        }
        if (cause instanceof ProtocolException) {
            return failure(
                    Kind.PROTOCOL,
                    "The server at " + where + " does not speak HTTP (" + reason(cause) + "); check address and port.",
                    cause);
        }
        if (cause instanceof NumberFormatException) { // thrown by the JDK's client for an invalid Content-Length
            return failure(
                    Kind.PROTOCOL,
                    "The server at " + where + " sends a malformed header (" + reason(cause)
                            + "); check the server, and the proxies on the way.",
                    cause);
        }
        if (cause instanceof IOException) {
            return failure(
                    Kind.CONNECTION,
                    "The connection to " + where + " ended before any answer (" + reason(cause) + ").",
                    cause);
        }
        if (cause instanceof CancellationException) {
            return failure(Kind.CANCELLED, "The call to " + where + " was cancelled.", cause);
        }
        return LlmException.builder(
                        Kind.CONNECTION, "The call to " + where + " could not be made (" + reason(cause) + ").")
                .retryable(false)
                .cause(cause)
                .build();
    }

    /** The failure of an exchange in the middle of the answer. */
    static LlmException inBody(Throwable thrown, URI uri) {
        Throwable cause = unwrap(thrown);
        return cause instanceof LlmException known
                ? known
                : failure(
                        Kind.INCOMPLETE_STREAM,
                        "The answer of " + HttpCall.shown(uri) + " was cut off before its end (" + reason(cause) + ").",
                        cause);
    }

    /** The failure of a decoder. */
    static LlmException undecodable(Throwable thrown, URI uri) {
        if (thrown instanceof LlmException known) {
            return known;
        }
        String remedy = thrown instanceof Error
                ? "; that is a defect of this library or of its class path."
                : "; is it the right kind of server?";
        return failure(
                Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(uri) + " cannot be read (" + reason(thrown) + ")" + remedy,
                thrown);
    }

    /** Whether a connection failed after it was made, before any byte of an answer. */
    static boolean isBreak(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        return cause instanceof IOException
                && !(cause instanceof ConnectException)
                && !(cause instanceof UnknownHostException)
                && !(cause instanceof ProtocolException)
                && !(cause instanceof HttpTimeoutException)
                && !(cause instanceof SSLException)
                && !String.valueOf(cause.getMessage())
                        .startsWith("parsing HTTP"); // the JDK's message for an incomplete head
    }

    private static LlmException failure(Kind kind, String message, Throwable cause) {
        return new LlmException(kind, message, cause);
    }

    private static boolean causedBy(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable unwrap(Throwable thrown) {
        Throwable inner = thrown;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** The message, or the class name if there is none. Messages of the JDK do not contain values of headers. */
    private static String reason(Throwable cause) {
        return cause.getMessage() == null || cause.getMessage().isBlank()
                ? cause.getClass().getSimpleName()
                : cause.getMessage();
    }

    /** The duration as {@code 1 min 30 s}. */
    static String shown(Duration time) {
        if (time.toMillis() < 1000) {
            return time.toMillis() + " ms";
        }
        String minutes = time.toMinutes() == 0 ? "" : time.toMinutes() + " min";
        String millis = time.toMillisPart() == 0 ? "" : "." + String.format("%03d", time.toMillisPart());
        String seconds = time.toSecondsPart() == 0 && millis.isEmpty() ? "" : time.toSecondsPart() + millis + " s";
        return minutes.isEmpty() || seconds.isEmpty() ? minutes + seconds : minutes + " " + seconds;
    }
}
