package dev.postern.server;

import dev.postern.call.CallListener;
import dev.postern.server.http.RequestLog;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Logs each change to a fallback backend with its reason. */
final class FallbackLog implements CallListener {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final CallWatch WATCH = new CallWatch() {
        @Override
        public void retry(Retry retry) {
            if (retry.why() == Why.FALLBACK) {
                LOGGER.log(
                        Level.WARNING,
                        () -> "Fallback from " + retry.fromBackend() + " to " + retry.toBackend() + ": "
                                + RequestLog.reason(retry.failure()));
            }
        }
    };

    @Override
    public CallWatch begin(CallStart call) {
        return WATCH;
    }
}
