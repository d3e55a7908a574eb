package dev.postern.server.observe;

import java.util.Locale;

/** How a request ended for its client. */
public enum RequestOutcome {
    /** It got its answer. */
    ANSWERED,
    /** It got an error, by a status or by the last event of a stream. */
    FAILED,
    /** The client closed the connection, or cancelled the run. */
    CANCELLED,
    /** The server stopped before the answer was complete. */
    CUT;

    /** The name in logs and metrics. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
