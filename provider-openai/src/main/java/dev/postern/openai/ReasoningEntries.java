package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Assembles entries of reasoning from their pieces, to send them back unchanged: OpenRouter's
 * {@code reasoning_details}, LiteLLM's {@code thinking_blocks}. A piece belongs to the entry with the same type, index
 * and id, where it has them. A signature ends an entry of text.
 */
final class ReasoningEntries {
    /** Fields that come in pieces. For all other fields, the last value counts. */
    private static final List<String> IN_PIECES = List.of("text", "summary", "data", "thinking");

    private static final String SIGNATURE = "signature";
    /** The maximum number of entries, because each piece is compared with all of them. */
    private static final int MAX_ENTRIES = 4096;

    private final List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    private final SizeLimit limit = new SizeLimit("characters of reasoning to send back", SizeLimit.CHARACTERS);

    /** Adds a piece to its entry, or a new entry. */
    void add(JsonObject piece) {
        Map<String, @Nullable Object> entry = entryOf(piece);
        if (entry == null) {
            if (piece.isEmpty()) {
                return;
            }
            if (entries.size() == MAX_ENTRIES) {
                throw new LlmException(
                        Kind.PROTOCOL,
                        "The server sent more than " + MAX_ENTRIES
                                + " entries of reasoning in one answer; this limit is fixed.");
            }
            entry = new LinkedHashMap<>();
            entries.add(entry);
        }
        limit.add(1);
        for (String field : piece.names()) {
            Object earlier = entry.get(field);
            Object value = piece.get(field);
            limit.add(value instanceof String text ? text.length() : 1);
            if (IN_PIECES.contains(field) && value instanceof String text) {
                StringBuilder all = earlier instanceof StringBuilder known ? known : new StringBuilder();
                entry.put(field, all.append(text)); // becomes a string when it is copied
            } else if (earlier == null || (value != null && !"".equals(value))) {
                entry.put(field, value);
            }
        }
    }

    /**
     * The entry that the piece belongs to; null for a new entry. A piece without an index can only belong to the
     * latest.
     */
    private @Nullable Map<String, @Nullable Object> entryOf(JsonObject piece) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Map<String, @Nullable Object> entry = entries.get(i);
            if (Objects.equals(entry.get("type"), piece.get("type"))
                    && Objects.equals(entry.get("index"), piece.get("index"))
                    && isSame(entry.get("id"), piece.get("id"))) {
                return isEnded(entry) && hasContent(piece) ? null : entry;
            }
            if (!piece.has("index")) {
                return null;
            }
        }
        return null;
    }

    /** Compares ids. An id may be missing in a piece, or come late. */
    private static boolean isSame(@Nullable Object id, @Nullable Object other) {
        return id == null || other == null || id.equals(other);
    }

    private static boolean isEnded(Map<String, @Nullable Object> entry) {
        return entry.get(SIGNATURE) instanceof String signature && !signature.isEmpty();
    }

    private static boolean hasContent(JsonObject piece) {
        return !piece.text(SIGNATURE).isEmpty()
                || IN_PIECES.stream().anyMatch(field -> !piece.text(field).isEmpty());
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns all entries. */
    List<Map<String, @Nullable Object>> all() {
        return entries;
    }

    /** Returns the entries with a signature or encrypted data. The server refuses all others. */
    List<Map<String, @Nullable Object>> signed() {
        List<Map<String, @Nullable Object>> signed = new ArrayList<>();
        for (Map<String, @Nullable Object> entry : entries) {
            if (isEnded(entry) || entry.get("data") != null) {
                signed.add(entry);
            }
        }
        return signed;
    }
}
