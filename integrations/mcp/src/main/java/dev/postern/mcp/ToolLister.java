package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.JsonObject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Reads the list of tools, page after page. */
final class ToolLister {
    private static final System.Logger LOG = System.getLogger("dev.postern.mcp");

    private static final int LONGEST_CURSOR = 100_000; // characters

    private final Session session;
    private final McpSettings settings;
    private final List<ListedTool> tools = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> cursors = new HashSet<>();
    private long ttl = Long.MAX_VALUE;

    private ToolLister(Session session, McpSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    /**
     * A list of tools.
     *
     * @param tools the tools, with different names
     * @param ttlMillis how long the list counts as fresh; -1 if the server does not say
     */
    record Listing(List<ListedTool> tools, long ttlMillis) {}

    /** The tools that the filter selects. */
    static CompletableFuture<Listing> list(Session session, McpSettings settings) {
        if (!session.hasTools()) {
            LOG.log(Level.WARNING, "the MCP server '" + settings.name() + "' says that it has no tools");
            return CompletableFuture.completedFuture(new Listing(List.of(), -1));
        }
        return new ToolLister(session, settings).page("");
    }

    private CompletableFuture<Listing> page(String cursor) {
        return session.request(
                        Protocol.LIST_TOOLS,
                        cursor.isEmpty() ? Map.of() : Map.of("cursor", cursor),
                        Pending.Options.within(settings.connectTime()))
                .answer()
                .thenCompose(this::read);
    }

    private CompletableFuture<Listing> read(JsonObject page) {
        for (JsonObject tool : page.objects("tools")) {
            add(tool);
        }
        ttl = Math.min(ttl, Math.max(-1, page.integer("ttlMs", -1)));
        String next = page.text("nextCursor");
        if (next.isEmpty()) {
            return CompletableFuture.completedFuture(new Listing(List.copyOf(tools), ttl));
        }
        if (next.length() > LONGEST_CURSOR) {
            throw refused("names a next page with more than " + LONGEST_CURSOR + " characters");
        }
        if (!cursors.add(next)) {
            throw refused("leads back to a page that it had before; that is a defect of the server");
        }
        if (cursors.size() >= settings.limits().maxPages()) {
            throw refused("has more than " + settings.limits().maxPages() + " pages; raise McpLimits.maxPages");
        }
        return page(next);
    }

    private void add(JsonObject listed) {
        String name = listed.text("name");
        if (name.isBlank() || !settings.filter().test(name)) {
            return;
        }
        ListedTool tool = ListedTool.of(listed, settings.limits());
        if (!names.add(tool.name())) {
            LOG.log(
                    Level.WARNING,
                    "the MCP server '" + settings.name() + "' lists two tools named '" + RpcError.shortened(name)
                            + "'; the second one is left out");
            return;
        }
        if (tools.size() >= settings.limits().maxTools()) {
            throw refused("has more than " + settings.limits().maxTools()
                    + " tools; select some with McpClientBuilder.filter, or raise McpLimits.maxTools");
        }
        tools.add(tool);
    }

    private LlmException refused(String what) {
        return LlmException.builder(
                        Kind.PROTOCOL, "The list of tools of the MCP server '" + settings.name() + "' " + what + ".")
                .backend(settings.name())
                .build();
    }
}
