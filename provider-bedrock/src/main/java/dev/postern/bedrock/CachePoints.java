package dev.postern.bedrock;

import dev.postern.CacheMark;
import dev.postern.Content;
import dev.postern.ToolDefinition;
import dev.postern.json.JsonWriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The cache points for the marks of one request. Bedrock accepts four in a request, those of the provider's settings
 * included. If there are more, the earliest in the messages are left out, because each later point includes them.
 */
final class CachePoints {
    private static final int MOST = 4;

    private final CacheSupport support;
    private final IdentityHashMap<Object, CacheMark> kept = new IdentityHashMap<>();

    private CachePoints(CacheSupport support) {
        this.support = support;
    }

    /**
     * The points of a request.
     *
     * @param tools the tools, if the model caches them
     * @param others the number of cache points that are set anyway
     */
    static CachePoints of(CacheSupport support, List<ToolDefinition> tools, ConverseTurns turns, int others) {
        CachePoints points = new CachePoints(support);
        if (support != CacheSupport.NONE) {
            points.keep(tools, turns, MOST - others);
        }
        return points;
    }

    private void keep(List<ToolDefinition> tools, ConverseTurns turns, int room) {
        for (ToolDefinition tool : tools) {
            if (tool.cache() != CacheMark.NONE && kept.size() < room) {
                kept.put(tool, tool.cache());
            }
        }
        for (Content part : turns.system()) {
            if (turns.mark(part) != CacheMark.NONE && kept.size() < room) {
                kept.put(part, turns.mark(part));
            }
        }
        List<Content> marked = new ArrayList<>();
        for (ConverseTurn turn : turns.all()) {
            turn.content().stream()
                    .filter(part -> turns.mark(part) != CacheMark.NONE && !BlockWriter.endsInTextDocument(part))
                    .forEach(marked::add);
        }
        for (Content part : marked.subList(Math.max(0, marked.size() - (room - kept.size())), marked.size())) {
            kept.put(part, turns.mark(part));
        }
    }

    /** Whether a cache point comes after this part or tool. */
    boolean isAfter(Object partOrTool) {
        return kept.containsKey(partOrTool);
    }

    /** Writes the cache point after this part or tool, if there is one. */
    void write(JsonWriter json, Object partOrTool) {
        CacheMark mark = kept.get(partOrTool);
        if (mark != null) {
            CachePoint.write(json, support.ttl(mark));
        }
    }
}
