package dev.postern.mcp;

import dev.postern.LlmException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A connection that is opened now, or that is open. It can be closed at any time. Thread-safe. */
final class Opening {
    private final CompletableFuture<Session> ready = new CompletableFuture<>();
    private @Nullable Session newest; // guarded by this
    private boolean closed; // guarded by this

    /** The connection when it is ready for requests. Cancelling the future cancels nothing. */
    CompletableFuture<Session> ready() {
        return ready.copy();
    }

    /**
     * Notes the connection that is tried next.
     *
     * @return false if nobody wants one any more; the connection must not be used then
     */
    synchronized boolean begins(Session session) {
        if (!closed) {
            newest = session;
        }
        return !closed;
    }

    /** The connection is ready. It is closed if nobody wants it any more. */
    void complete(Session session) {
        if (!ready.complete(session)) {
            session.closeLater();
        }
    }

    void fail(Throwable failure) {
        ready.completeExceptionally(failure);
    }

    /** Whether it is not ready yet, or can be used. */
    boolean isUsable() {
        if (!ready.isDone()) {
            return true;
        }
        return !ready.isCompletedExceptionally() && ready.join().isUsable();
    }

    /** There is a successor; requests under way may still be answered. */
    void retire() {
        if (ready.isDone() && !ready.isCompletedExceptionally()) {
            ready.join().retire();
        }
    }

    /** Ends the connection, and waits a short time for that. Those who wait for it get the failure, and nothing is sent any more. */
    void close(LlmException failure) {
        Session open;
        synchronized (this) {
            closed = true;
            open = newest;
        }
        fail(failure); // first, so that nobody uses a connection that is ready in this moment
        if (open != null) {
            open.close();
        }
    }
}
