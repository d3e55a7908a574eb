package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The current connection of those who share one. It is opened when it is needed, and again when it has ended. Thread-safe. */
final class SessionHolder {
    private final String server;
    private final Function<Opening, CompletableFuture<Session>> connect;
    private @Nullable Opening current; // guarded by this
    private boolean closed; // guarded by this

    /**
     * Creates a holder without a connection.
     *
     * @param connect opens a connection, and notes each one that it tries
     */
    SessionHolder(String server, Function<Opening, CompletableFuture<Session>> connect) {
        this.server = server;
        this.connect = connect;
    }

    /** The connection; opens one if there is none that can be used. Cancelling the future cancels nothing. */
    CompletableFuture<Session> get() {
        Opening opening;
        Opening old;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(closed(server));
            }
            old = current;
            if (old != null && old.isUsable()) {
                return old.ready();
            }
            opening = new Opening();
            current = opening;
        }
        if (old != null) {
            old.retire();
        }
        try {
            var unused = connect.apply(opening).whenComplete((session, thrown) -> {
                if (thrown != null) {
                    opening.fail(LlmException.of(thrown));
                } else {
                    opening.complete(session);
                }
            });
        } catch (RuntimeException | Error e) { // there is no memory or no thread, for example
            opening.fail(e);
        }
        return opening.ready();
    }

    /** Ends the connection, also one that is being opened, and waits a short time for that. */
    void close() {
        Opening open;
        synchronized (this) {
            closed = true;
            open = current;
            current = null;
        }
        if (open != null) {
            open.close(Session.closed(server));
        }
    }

    static LlmException closed(String server) {
        return new LlmException(
                Kind.CONFIGURATION, "The client of the MCP server '" + server + "' is closed; build a new one.");
    }
}
