package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The current connection of those who share one. It is opened when it is needed, and again when it has ended. Thread-safe. */
final class SessionHolder {
    private final String server;
    private final Supplier<CompletableFuture<Session>> connect;
    private @Nullable CompletableFuture<Session> current; // guarded by this
    private boolean closed; // guarded by this

    SessionHolder(String server, Supplier<CompletableFuture<Session>> connect) {
        this.server = server;
        this.connect = connect;
    }

    /** The connection; opens one if there is none that can be used. Cancelling the future cancels nothing. */
    CompletableFuture<Session> get() {
        CompletableFuture<Session> opened;
        CompletableFuture<Session> old;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(closed(server));
            }
            old = current;
            if (old != null && isUsable(old)) {
                return old.copy();
            }
            opened = new CompletableFuture<>();
            current = opened;
        }
        if (old != null && !old.isCompletedExceptionally()) {
            old.join().retire();
        }
        try {
            var unused = connect.get().whenComplete((session, thrown) -> {
                if (thrown != null) {
                    opened.completeExceptionally(LlmException.of(thrown));
                } else {
                    opened.complete(session);
                    closeIfLate(session);
                }
            });
        } catch (RuntimeException | Error e) { // there is no memory or no thread, for example
            opened.completeExceptionally(e);
        }
        return opened.copy();
    }

    private static boolean isUsable(CompletableFuture<Session> opened) {
        if (!opened.isDone()) {
            return true;
        }
        return !opened.isCompletedExceptionally() && opened.join().isUsable();
    }

    private void closeIfLate(Session session) {
        boolean isLate;
        synchronized (this) {
            isLate = closed;
        }
        if (isLate) {
            session.closeLater();
        }
    }

    /** Ends the connection, and waits a short time for that. */
    void close() {
        CompletableFuture<Session> open;
        synchronized (this) {
            closed = true;
            open = current;
            current = null;
        }
        if (open != null && open.isDone() && !open.isCompletedExceptionally()) {
            open.join().close();
        }
    }

    static LlmException closed(String server) {
        return new LlmException(
                Kind.CONFIGURATION, "The client of the MCP server '" + server + "' is closed; build a new one.");
    }
}
