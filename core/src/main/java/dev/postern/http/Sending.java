package dev.postern.http;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * A request that a thread sends with {@link HttpClient#send} and not with {@code sendAsync}. The future is complete when
 * the body handler's future is, so with a {@link BodyBridge} the thread waits only until the head is received. Cancelling
 * the future interrupts the thread, which closes the exchange. A name look-up cannot be interrupted; it delays only this
 * thread, because nobody waits for it.
 */
final class Sending extends CompletableFuture<@Nullable Void> implements Runnable {
    /**
     * Whether {@code sendAsync} starts a new thread for each call. It completes its future on the default executor of
     * futures, which is the common pool only if that pool has several threads. A thread that waits costs less than a
     * new thread. Not on Java 21, where a waiting caller may be a virtual thread: there may be any number of these.
     */
    static final boolean COSTS_LESS = Runtime.version().feature() < 21
            && new CompletableFuture<@Nullable Void>().defaultExecutor() != ForkJoinPool.commonPool();

    private final HttpClient client;
    private final HttpRequest request;
    private final BodyHandler<?> handler;
    private @Nullable Thread waiting; // guarded by this

    Sending(HttpClient client, HttpRequest request, BodyHandler<?> handler) {
        this.client = client;
        this.request = request;
        this.handler = handler;
    }

    /** Sends the request, unless it is cancelled. */
    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        Throwable failure = null;
        try {
            client.send(request, handler);
        } catch (Throwable e) {
            failure = e.getCause() == null ? e : e.getCause(); // the client wraps the failure in one of the same kind
        } finally {
            end();
        }
        if (failure == null) {
            complete(null);
        } else {
            completeExceptionally(failure);
        }
    }

    private synchronized boolean begin() {
        if (isDone()) {
            return false;
        }
        waiting = Thread.currentThread();
        return true;
    }

    /** The interrupt of {@link #cancel} must not reach the next task of this thread. */
    private synchronized void end() {
        waiting = null;
        var unused = Thread.interrupted();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        synchronized (this) {
            if (waiting != null) {
                waiting.interrupt();
            }
        }
        return cancelled;
    }
}
