package dev.postern.mcp;

import dev.postern.LlmException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLHandshakeException;

/** What the model is told of a call that failed without a word of the server: above all, whether the tool may have run. */
final class CallFailureText {
    private CallFailureText() {}

    /**
     * The text for the model; empty if the kind says enough, because the server did not run the tool.
     *
     * @param isSent whether the call was handed to the connection
     */
    static String of(LlmException failure, boolean isSent) {
        boolean mayHaveRun = isSent && !failure.refusedBeforeSending() && !isUnsent(failure);
        return switch (failure.kind()) {
            case TIMEOUT ->
                mayHaveRun
                        ? "the tool did not answer in time; it may have run"
                        : "the time was over before the tool was called; it did not run";
            case INCOMPLETE_STREAM ->
                mayHaveRun ? "the connection ended before the tool answered; it may have run" : "";
            case CONNECTION, CANCELLED -> mayHaveRun ? "the connection to the tool failed; it may have run" : "";
            case PROTOCOL -> mayHaveRun ? "the answer of the tool cannot be read; it may have run" : "";
            case SERVER -> mayHaveRun ? "the server of the tool failed; it may have run" : "";
            default -> ""; // the server refused the call, or it was never sent
        };
    }

    /** Whether there was no connection to send it on. */
    private static boolean isUnsent(LlmException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException
                    || cause instanceof HttpConnectTimeoutException
                    || cause instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }
}
