package dev.postern.bedrock;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of an answer that Postern has no type for, such as images, citations and tools that the service runs
 * itself. The pieces of a stream are joined, so the blocks have the form of a whole answer.
 */
final class ServerBlocks {
    private static final String CITED = "citationsContent";
    private static final String TOOL_USE = "toolUse";
    private static final String TOOL_RESULT = "toolResult";

    private final Map<String, List<@Nullable Object>> done = new LinkedHashMap<>();
    private final Map<Long, OpenBlock> open = new TreeMap<>();
    /** A block that has not ended. */
    private static final class OpenBlock {
        final StringBuilder text = new StringBuilder();
        final StringBuilder input = new StringBuilder();
        final List<@Nullable Object> citations = new ArrayList<>();
        final Map<String, List<@Nullable Object>> pieces = new LinkedHashMap<>();
    }

    /** Adds one event, and returns whether a block begins with it. */
    boolean event(BlockEvent event) {
        if (event.text.isEmpty() && event.toolInput.isEmpty() && event.others.isEmpty()) {
            return false;
        }
        int before = open.size();
        OpenBlock block = open.computeIfAbsent(event.index, index -> new OpenBlock());
        block.text.append(event.text);
        block.input.append(event.toolInput);
        event.others.forEach((name, value) -> {
            if (name.equals("citation")) { // streams have one citation in each event
                block.citations.add(value);
            } else if (name.equals("citations") && value instanceof List<?> all) {
                block.citations.addAll(all);
            } else {
                boolean more = name.equals(TOOL_RESULT) && value instanceof List;
                add(block.pieces, name, more ? Map.of("content", value) : value);
            }
        });
        return open.size() > before;
    }

    /** Ends the block with this index. */
    void stop(long index) {
        OpenBlock block = open.remove(index);
        if (block == null) {
            return;
        }
        if (!block.citations.isEmpty()) {
            Map<String, Object> cited = new LinkedHashMap<>();
            cited.put("content", List.of(Map.of("text", block.text.toString())));
            cited.put("citations", block.citations);
            add(done, CITED, cited);
        }
        if (block.pieces.containsKey(TOOL_USE) && block.input.length() > 0) {
            add(block.pieces, TOOL_USE, Map.of("input", parsed(block.input.toString())));
        }
        block.pieces.forEach((name, pieces) -> add(done, name, merged(name, pieces)));
    }

    /** All blocks, as lists under the server's names. */
    Map<String, List<@Nullable Object>> all() {
        List.copyOf(open.keySet()).forEach(this::stop);
        return done;
    }

    private static void add(Map<String, List<@Nullable Object>> lists, String name, @Nullable Object value) {
        lists.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private static Object parsed(String text) {
        try {
            return Objects.requireNonNullElse(Json.parse(text), text);
        } catch (JsonException e) {
            return text;
        }
    }

    /**
     * Joins pieces to one value. Objects are merged field by field, lists and strings are concatenated. Of other
     * values, the last one is used.
     */
    private static @Nullable Object merged(String name, List<@Nullable Object> pieces) {
        Object last = pieces.get(pieces.size() - 1);
        if (pieces.size() == 1) {
            return last;
        }
        if (all(pieces, Map.class)) {
            Map<String, List<@Nullable Object>> fields = new LinkedHashMap<>();
            for (Object piece : pieces) {
                ((Map<?, ?>) Objects.requireNonNull(piece))
                        .forEach((field, value) -> add(fields, String.valueOf(field), value));
            }
            Map<String, @Nullable Object> whole = new LinkedHashMap<>();
            fields.forEach((field, values) -> whole.put(field, merged(field, values)));
            return whole;
        }
        if (all(pieces, List.class)) {
            List<@Nullable Object> whole = new ArrayList<>();
            pieces.forEach(piece -> whole.addAll((List<?>) Objects.requireNonNull(piece)));
            return whole;
        }
        if (all(pieces, String.class)) {
            List<String> texts = pieces.stream().map(String::valueOf).toList();
            return name.equals("bytes") ? Base64Pieces.joined(texts) : String.join("", texts);
        }
        return last;
    }

    private static boolean all(List<@Nullable Object> pieces, Class<?> type) {
        return pieces.stream().allMatch(type::isInstance);
    }
}
