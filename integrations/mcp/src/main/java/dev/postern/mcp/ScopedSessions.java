package dev.postern.mcp;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Timer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The connections of a client: a shared one, and one for each run or session if the scope says so. Thread-safe. */
final class ScopedSessions {
    private final McpSettings settings;
    private final Handshake handshake;
    private final SessionHolder shared;
    private final Map<String, Entry> entries = new HashMap<>(); // guarded by this
    private final AtomicBoolean connectedBefore = new AtomicBoolean();
    private boolean sweeping; // guarded by this
    private boolean closed; // guarded by this

    ScopedSessions(McpSettings settings, Handshake handshake) {
        this.settings = settings;
        this.handshake = handshake;
        this.shared = new SessionHolder(settings.name(), this::connectAndListen);
    }

    private CompletableFuture<Session> connectAndListen(Opening opening) {
        return handshake.connect(opening).thenApply(session -> {
            if (settings.listens()) {
                session.listen(connectedBefore.getAndSet(true));
            }
            return session;
        });
    }

    /** The connection of a run or session. */
    private static final class Entry {
        private final SessionHolder holder;
        private int uses;
        private long lastUse;

        Entry(SessionHolder holder) {
            this.holder = holder;
        }
    }

    /**
     * The use of a connection by one call.
     *
     * @param holder the connection
     * @param release ends the use
     */
    record Lease(SessionHolder holder, Runnable release) {}

    private SessionHolder holder() {
        return new SessionHolder(settings.name(), handshake::connect);
    }

    SessionHolder shared() {
        return shared;
    }

    /**
     * The connection for a call with this context.
     *
     * @throws LlmException if there are too many, or the client is closed
     */
    Lease lease(CallContext context) {
        String key = switch (settings.scope()) {
            case SHARED -> "";
            case SESSION -> context.session();
            case RUN -> context.parent();
        };
        if (key.isEmpty()) {
            return new Lease(shared, () -> {});
        }
        SessionHolder evicted = null;
        Entry entry;
        synchronized (this) {
            if (closed) {
                throw SessionHolder.closed(settings.name());
            }
            entry = entries.get(key);
            if (entry == null) {
                evicted = makeRoom();
                entry = new Entry(holder());
                entries.put(key, entry);
            }
            entry.uses++;
        }
        if (evicted != null) {
            Dispatcher.shared().start(evicted::close);
        }
        Entry used = entry;
        return new Lease(used.holder, () -> release(used));
    }

    /** Removes the entry that was idle longest if there is no room for another one. Guarded by this. */
    private @Nullable SessionHolder makeRoom() {
        if (entries.size() < settings.limits().maxConnections()) {
            return null;
        }
        Map.Entry<String, Entry> oldest = entries.entrySet().stream()
                .filter(each -> each.getValue().uses == 0)
                .min(Comparator.comparingLong(
                        each -> each.getValue().lastUse - settings.timer().nanoTime()))
                .orElseThrow(() -> LlmException.builder(
                                Kind.OVERLOADED,
                                "All " + settings.limits().maxConnections() + " connections to the MCP server '"
                                        + settings.name() + "' are in use; wait, or raise McpLimits.maxConnections.")
                        .backend(settings.name())
                        .refusedBeforeSending(true)
                        .build());
        entries.remove(oldest.getKey());
        return oldest.getValue().holder;
    }

    private void release(Entry entry) {
        synchronized (this) {
            entry.uses--;
            entry.lastUse = settings.timer().nanoTime();
            if (sweeping || closed) {
                return;
            }
            sweeping = true;
        }
        sweepLater();
    }

    private void sweepLater() {
        Runnable unused = settings.timer().after(Math.max(1, Timer.nanos(settings.scopeIdle())), this::sweep);
    }

    private void sweep() {
        List<SessionHolder> idle = new ArrayList<>();
        boolean again;
        synchronized (this) {
            long now = settings.timer().nanoTime();
            long limit = Timer.nanos(settings.scopeIdle());
            entries.values()
                    .removeIf(entry -> entry.uses == 0 && now - entry.lastUse >= limit && idle.add(entry.holder));
            sweeping = !entries.isEmpty() && !closed;
            again = sweeping;
        }
        if (again) {
            sweepLater();
        }
        idle.forEach(SessionHolder::close);
    }

    /** Ends the connection of a run or session. */
    void end(String key) {
        Entry entry;
        synchronized (this) {
            entry = entries.remove(key);
        }
        if (entry != null) {
            Dispatcher.shared().start(entry.holder::close);
        }
    }

    /** Ends all connections, and waits a short time for each. */
    void close() {
        List<SessionHolder> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            entries.values().forEach(entry -> all.add(entry.holder));
            entries.clear();
        }
        all.add(shared);
        CompletableFuture.allOf(all.stream()
                        .map(each -> CompletableFuture.runAsync(each::close, Dispatcher.shared()::start))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }
}
