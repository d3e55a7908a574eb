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
 * Entries of reasoning that go back whole, put together from their pieces: OpenRouter's {@code reasoning_details}, LiteLLM's
 * {@code thinking_blocks}. A piece belongs to the entry with its type, its index and its id, as far as it has them. A
 * signature ends an entry of text.
 */
final class ReasoningEntries {
    /** These come in pieces, one a chunk; of all other fields the last one counts. */
    private static final List<String> IN_PIECES = List.of("text", "summary", "data", "thinking");

    private static final String SIGNATURE = "signature";
    /** Each piece is compared with all entries, so there must not be any number of them. */
    private static final int MAX_ENTRIES = 4096;

    private final List<Map<String, @Nullable Object>> entries = new ArrayList<>();
    private final SizeLimit budget = new SizeLimit("characters of reasoning to send back", SizeLimit.CHARACTERS);

    /** A piece of an entry, or a new one. */
    void add(JsonObject piece) {
        Map<String, @Nullable Object> entry = open(piece);
        if (entry == null) {
            if (piece.isEmpty()) {
                return;
            }
            if (entries.size() == MAX_ENTRIES) {
                throw new LlmException(
                        Kind.PROTOCOL,
                        "The server sent more than " + MAX_ENTRIES
                                + " entries of reasoning in one answer; that is no answer of a model.");
            }
            entry = new LinkedHashMap<>();
            entries.add(entry);
        }
        budget.take(1);
        for (String field : piece.names()) {
            Object had = entry.get(field);
            Object value = piece.get(field);
            budget.take(value instanceof String text ? text.length() : 1);
            if (IN_PIECES.contains(field) && value instanceof String text) {
                StringBuilder all = had instanceof StringBuilder known ? known : new StringBuilder();
                entry.put(field, all.append(text)); // becomes a string when it is copied
            } else if (had == null || (value != null && !"".equals(value))) {
                entry.put(field, value);
            }
        }
    }

    /** The entry that the piece belongs to; null for a new one. Without an index it can only be the latest. */
    private @Nullable Map<String, @Nullable Object> open(JsonObject piece) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Map<String, @Nullable Object> entry = entries.get(i);
            if (Objects.equals(entry.get("type"), piece.get("type"))
                    && Objects.equals(entry.get("index"), piece.get("index"))
                    && isSame(entry.get("id"), piece.get("id"))) {
                return isEnded(entry) && says(piece) ? null : entry;
            }
            if (!piece.has("index")) {
                return null;
            }
        }
        return null;
    }

    /** An id may be missing from a piece, or come late. */
    private static boolean isSame(@Nullable Object id, @Nullable Object other) {
        return id == null || other == null || id.equals(other);
    }

    private static boolean isEnded(Map<String, @Nullable Object> entry) {
        return entry.get(SIGNATURE) instanceof String signature && !signature.isEmpty();
    }

    private static boolean says(JsonObject piece) {
        return !piece.text(SIGNATURE).isEmpty()
                || IN_PIECES.stream().anyMatch(field -> !piece.text(field).isEmpty());
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** All entries. */
    List<Map<String, @Nullable Object>> all() {
        return entries;
    }

    /** Those that prove something: without a signature or encrypted data an entry is refused. */
    List<Map<String, @Nullable Object>> proven() {
        List<Map<String, @Nullable Object>> proven = new ArrayList<>();
        for (Map<String, @Nullable Object> entry : entries) {
            if (isEnded(entry) || entry.get("data") != null) {
                proven.add(entry);
            }
        }
        return proven;
    }
}
