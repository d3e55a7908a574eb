package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ToolDefinition;
import dev.postern.agent.Tool;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The tools of a server, kept as long as the server says. Thread-safe. */
final class ToolCatalog {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");
    private static final long LONGEST_TTL = Duration.ofDays(1).toMillis();

    private final McpSettings settings;
    private final ScopedSessions sessions;
    private long changes; // guarded by this
    private @Nullable Snapshot kept; // guarded by this
    private @Nullable Load loading; // guarded by this

    /**
     * What was read.
     *
     * @param changes the number of changes before it was read
     * @param freshUntil in the time of the timer
     */
    private record Snapshot(List<Tool> tools, long changes, long freshUntil) {}

    /**
     * What is read now. It serves those who ask before the next change.
     *
     * @param changes the number of changes before it began
     */
    private record Load(CompletableFuture<List<Tool>> tools, long changes) {}

    ToolCatalog(McpSettings settings, ScopedSessions sessions) {
        this.settings = settings;
        this.sessions = sessions;
    }

    /** The server says that its tools changed, or it may have changed them. */
    void changed() {
        synchronized (this) {
            changes++;
        }
        settings.callbacks().toolsChanged();
    }

    /** The tools; asks the server if they are not fresh. Cancelling the future cancels nothing. */
    CompletableFuture<List<Tool>> tools() {
        Load begun;
        synchronized (this) {
            if (kept != null && kept.changes == changes && settings.timer().nanoTime() - kept.freshUntil < 0) {
                return CompletableFuture.completedFuture(kept.tools);
            }
            if (loading != null && loading.changes == changes) {
                return loading.tools.copy();
            }
            begun = new Load(new CompletableFuture<>(), changes);
            loading = begun;
        }
        try {
            var unused = load(true).whenComplete((listing, thrown) -> end(begun, listing, thrown));
        } catch (RuntimeException | Error e) { // there is no memory, for example
            end(begun, null, e);
        }
        return begun.tools.copy();
    }

    private void end(Load load, ToolLister.@Nullable Listing listing, @Nullable Throwable thrown) {
        Snapshot read = null;
        Throwable failure = thrown;
        if (listing != null) {
            try {
                long freshUntil = settings.timer().nanoTime() + nanos(listing.ttlMillis());
                read = new Snapshot(tools(listing.tools()), load.changes, freshUntil);
            } catch (RuntimeException | Error e) { // those who wait must learn it
                failure = e;
            }
        }
        synchronized (this) {
            if (load.equals(loading)) {
                loading = null;
            }
            if (read != null && (kept == null || kept.changes <= read.changes)) {
                kept = read;
            }
        }
        if (read != null) {
            load.tools.complete(read.tools);
        } else {
            load.tools.completeExceptionally(
                    LlmException.of(Objects.requireNonNullElseGet(failure, IllegalStateException::new)));
        }
    }

    private long nanos(long ttlMillis) {
        Duration ttl = ttlMillis < 0 ? settings.listTime() : Duration.ofMillis(Math.min(ttlMillis, LONGEST_TTL));
        return ttl.toNanos();
    }

    /** Reads the list, and once again if the connection had ended: reading twice does no harm. */
    private CompletableFuture<ToolLister.Listing> load(boolean mayRepeat) {
        return sessions.shared().get().thenCompose(session -> {
            return ToolLister.list(session, settings).exceptionallyCompose(thrown -> {
                LlmException failure = LlmException.of(thrown);
                boolean again = mayRepeat && (failure.kind() == Kind.CONNECTION || !session.isUsable());
                return again ? load(false) : CompletableFuture.failedFuture(failure);
            });
        });
    }

    private List<Tool> tools(List<ListedTool> listed) {
        Map<String, String> names = ToolNames.of(
                settings.prefix(), listed.stream().map(ListedTool::name).toList());
        List<Tool> tools = new ArrayList<>();
        for (ListedTool tool : listed) {
            try {
                tool.requireUsable();
                tools.add(tool(tool, names.getOrDefault(tool.name(), tool.name())));
            } catch (RuntimeException e) { // one tool does not make the others unusable
                LOG.log(
                        Level.WARNING,
                        "the tool '" + RpcError.shortened(tool.name()) + "' of the MCP server '" + settings.name()
                                + "' is left out: " + e.getMessage());
            }
        }
        return List.copyOf(tools);
    }

    private Tool tool(ListedTool tool, String name) {
        ParamHeaders headers = settings.endpoint().hasHeaders() ? ParamHeaders.of(tool.schema()) : ParamHeaders.NONE;
        return Tool.async(
                ToolDefinition.of(name, tool.description(), schemaOf(tool.schema())),
                (arguments, context) ->
                        new ToolCallRun(settings, sessions, tool.name(), arguments, headers, context).begin());
    }

    @SuppressWarnings("unchecked") // objects of JSON have texts as names
    private static Map<String, ?> schemaOf(Map<?, ?> schema) {
        return (Map<String, ?>) schema;
    }
}
