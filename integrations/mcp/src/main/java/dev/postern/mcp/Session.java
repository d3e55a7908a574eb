package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Dispatcher;
import dev.postern.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One connection to a server: the requests under way, and what the server sends beside their answers. Thread-safe. */
final class Session implements Link.Events {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");

    private final McpSettings settings;
    private final Runnable toolsChanged;
    private final Map<Long, Pending> underWay = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final Link link;
    private volatile Protocol protocol = Protocol.UNKNOWN;
    private volatile JsonObject capabilities = JsonObject.of(null);
    private volatile McpServerInfo info = new McpServerInfo("", "", "", "");
    private volatile @Nullable LlmException lost;
    private volatile boolean expired;
    private volatile @Nullable Listening listening;

    /**
     * Opens the connection.
     *
     * @param toolsChanged is told that the list of tools changed
     */
    Session(McpSettings settings, Runnable toolsChanged) {
        this.settings = settings;
        this.toolsChanged = toolsChanged;
        link = settings.endpoint().open(this);
    }

    /** Sets what the server said at the beginning. */
    void established(Protocol agreed, JsonObject offered, McpServerInfo said) {
        protocol = agreed;
        capabilities = offered;
        info = said;
        link.agreed(agreed);
    }

    /** Sets the version that the next requests carry. */
    void speak(Protocol tried) {
        protocol = tried;
        link.agreed(tried);
    }

    Protocol protocol() {
        return protocol;
    }

    McpServerInfo info() {
        return info;
    }

    boolean hasTools() {
        return capabilities.has("tools");
    }

    /** Whether the server says that it announces changes of its tools. */
    boolean announcesTools() {
        return Boolean.TRUE.equals(capabilities.object("tools").get("listChanged"));
    }

    /**
     * Begins to listen for changes of the tools, if the server announces them.
     *
     * @param missed whether changes may have been missed before
     */
    void listen(boolean missed) {
        if (announcesTools() && listening == null) {
            Listening begun = new Listening(this, link, settings, toolsChanged, missed);
            listening = begun;
            begun.begin();
            if (!isUsable()) {
                begun.end(); // it was replaced or closed meanwhile
            }
        }
    }

    boolean isUsable() {
        return lost == null && !expired;
    }

    /** Sends a request. */
    Pending request(String method, Map<String, ?> params, Pending.Options options) {
        Pending pending = new Pending(ids.incrementAndGet(), method, options, settings.timer(), this::ended);
        underWay.put(pending.id(), pending);
        boolean isTooMany = requests.incrementAndGet() > settings.limits().maxRequests();
        LlmException broken = lost;
        if (broken != null || isTooMany) {
            pending.fail(broken != null ? broken : tooMany());
            return pending;
        }
        var unused = pending.answer().whenComplete((result, thrown) -> tellCancel(pending, thrown));
        byte[] message;
        try {
            message = protocol.request(
                    pending.id(), method, params, !options.name().isEmpty());
        } catch (IllegalArgumentException | IllegalStateException e) { // too deep, for example
            pending.fail(new LlmException(
                    Kind.INVALID_REQUEST,
                    "The parameters of " + method + " have no form in JSON: " + e.getMessage(),
                    e));
            return pending;
        }
        pending.watch(settings.name());
        pending.isSentNow();
        link.send(pending, message);
        broken = lost;
        if (broken != null && take(pending)) {
            pending.fail(broken); // it was lost after the first look
        }
        return pending;
    }

    private LlmException tooMany() {
        return LlmException.builder(
                        Kind.OVERLOADED,
                        "There are " + settings.limits().maxRequests() + " requests to the MCP server '"
                                + settings.name() + "' under way; wait, or raise McpLimits.maxRequests.")
                .backend(settings.name())
                .refusedBeforeSending(true)
                .build();
    }

    private void ended(Pending pending) {
        underWay.remove(pending.id());
        requests.decrementAndGet();
    }

    private void tellCancel(Pending pending, @Nullable Throwable thrown) {
        boolean isCancel = thrown instanceof CancellationException;
        if ((isCancel || pending.isTimeout()) && lost == null && pending.tellsCancel()) {
            link.cancel(pending, isCancel ? "the caller cancelled the request" : "the time limit was reached");
        }
    }

    CompletableFuture<Boolean> post(byte[] message) {
        return link.post(message);
    }

    @Override
    public void received(Incoming message) {
        if (message.isAnswer()) {
            Pending pending =
                    underWay.remove(message.number()); // at once: what ends the connection does not replace the answer
            if (pending != null) {
                // code of the application follows, which may block the thread that reads the messages
                Dispatcher.shared()
                        .start(() -> pending.answered(
                                settings.name(), message, settings.endpoint().secrets()));
            }
        } else if (message.isRequest()) {
            answer(message);
        } else {
            notified(message.method(), message.params());
        }
    }

    /** No capabilities are declared, so only a ping gets a result. Servers of the stateless protocol must not ask. */
    private void answer(Incoming request) {
        if (!protocol.isStateless()) {
            var unused = link.post(Protocol.answer(request.id(), request.method()));
        }
    }

    private void notified(String method, JsonObject params) {
        switch (method) {
            case Protocol.PROGRESS -> {
                Pending pending = underWay.get(Incoming.number(params.get("progressToken")));
                if (pending != null) {
                    pending.progress(params);
                }
            }
            case Protocol.ACKNOWLEDGED -> {
                Object id = params.object(Protocol.META).get(Protocol.RESERVED + "subscriptionId");
                Pending pending = underWay.get(Incoming.number(id));
                if (pending != null && pending.method().equals(Protocol.LISTEN)) {
                    pending.progress(params);
                }
            }
            case Protocol.TOOLS_CHANGED -> toolsChanged.run();
            case Protocol.CANCELLED -> cancelledByServer(params);
            default ->
                LOG.log(System.Logger.Level.DEBUG, () -> "the MCP server '" + settings.name() + "' sent " + method);
        }
    }

    /** A server ends a subscription like this. */
    private void cancelledByServer(JsonObject params) {
        Pending pending = underWay.get(Incoming.number(params.get("requestId")));
        if (pending != null && pending.method().equals(Protocol.LISTEN)) {
            pending.tellsCancel();
            pending.fail(new LlmException(Kind.INCOMPLETE_STREAM, "The MCP server ended the subscription."));
        }
    }

    @Override
    public void lost(LlmException failure) {
        if (lost == null) {
            lost = failure;
        }
        for (Pending pending : List.copyOf(underWay.values())) {
            if (take(pending)) {
                pending.fail(failure);
            }
        }
    }

    /** Takes a request out of those that wait. False if it is over, or if its answer has arrived. */
    private boolean take(Pending pending) {
        return underWay.remove(pending.id(), pending);
    }

    @Override
    public void expired() {
        expired = true;
    }

    /** There is a successor; requests under way may still be answered. */
    void retire() {
        Listening open = listening;
        if (open != null) {
            open.end();
        }
    }

    /** The same as {@link #close} on another thread. */
    void closeLater() {
        Dispatcher.shared().start(this::close);
    }

    /** Ends the connection; requests under way fail. Waits a short time for the server. */
    void close() {
        lost(closed(settings.name()));
        retire();
        link.close();
    }

    /** The failure of those who wait for a connection that is closed. */
    static LlmException closed(String server) {
        return LlmException.builder(Kind.CANCELLED, "The connection to the MCP server '" + server + "' was closed.")
                .backend(server)
                .build();
    }
}
