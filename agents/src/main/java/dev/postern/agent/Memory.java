package dev.postern.agent;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * A text that an agent stored to remember.
 *
 * @param namespace the namespace, for example {@code agent:system:helper:u:jo}; at most 255 characters
 * @param key the key, unique in the namespace; at most 255 characters
 * @param content the text; at most {@value #MAX_CONTENT} characters
 * @param source the source of the text, as the model names it; may be empty; at most {@value #MAX_SOURCE} characters
 * @param updated when it was stored, to the millisecond
 */
public record Memory(String namespace, String key, String content, String source, Instant updated) {
    /** The longest content, in characters. */
    public static final int MAX_CONTENT = 100_000;

    /** The longest source, in characters. */
    public static final int MAX_SOURCE = 1000;

    /** The order of lists: newest first; with equal times by key, then by namespace. */
    public static final Comparator<Memory> NEWEST_FIRST = Comparator.comparing(Memory::updated)
            .reversed()
            .thenComparing(Memory::key)
            .thenComparing(Memory::namespace);

    /** Refuses what a store cannot hold: empty names, control characters in names, texts that are too long. */
    public Memory {
        checkNamespace(namespace);
        checkKey(key);
        Validation.checkText("content", content, MAX_CONTENT);
        Validation.checkText("source", source, MAX_SOURCE);
        Objects.requireNonNull(updated, "updated");
    }

    /** Refuses an invalid namespace. For implementations of stores. */
    public static void checkNamespace(String namespace) {
        Validation.check("namespace", namespace);
    }

    /** Refuses an invalid key. For implementations of stores. */
    public static void checkKey(String key) {
        Validation.check("key", key);
    }

    /** Refuses a query that no content can contain. For implementations of stores. */
    public static void checkQuery(String query) {
        Validation.checkText("query", query, MAX_CONTENT);
    }

    /** Returns the length of the content, in Unicode code points. */
    public int length() {
        return content.codePointCount(0, content.length());
    }

    /** Shows the length of the content, not the content, which is private. */
    @Override
    public String toString() {
        return "Memory[" + namespace + ", " + key + ", " + content.length() + " characters]";
    }
}
