package dev.postern.agent;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * Something that an agent was told to remember.
 *
 * @param namespace whose memory it is, for example {@code agent:system:helper:u:jo}; at most 255 characters
 * @param key its name, unique in the namespace; at most 255 characters
 * @param content what is remembered; at most {@value #MAX_CONTENT} characters
 * @param source where it is from, as the model says; empty if it does not; at most {@value #MAX_SOURCE} characters
 * @param updated when it was stored, to the millisecond
 */
public record Memory(String namespace, String key, String content, String source, Instant updated) {
    /** The longest content, in characters. */
    public static final int MAX_CONTENT = 100_000;

    /** The longest source, in characters. */
    public static final int MAX_SOURCE = 1000;

    /** The order of lists: the newest first; of the same age, by key, then by namespace. */
    public static final Comparator<Memory> NEWEST_FIRST = Comparator.comparing(Memory::updated)
            .reversed()
            .thenComparing(Memory::key)
            .thenComparing(Memory::namespace);

    /** Refuses what no store could keep: an empty name, control characters in a name, something too long. */
    public Memory {
        checkNamespace(namespace);
        checkKey(key);
        Names.checkText("content", content, MAX_CONTENT);
        Names.checkText("source", source, MAX_SOURCE);
        Objects.requireNonNull(updated, "updated");
    }

    /** For stores: refuses a namespace that no memory can be in. */
    public static void checkNamespace(String namespace) {
        Names.check("namespace", namespace);
    }

    /** For stores: refuses a key that no memory can have. */
    public static void checkKey(String key) {
        Names.check("key", key);
    }

    /** For stores: refuses a query that no content can hold. */
    public static void checkQuery(String query) {
        Names.checkText("query", query, MAX_CONTENT);
    }

    /** How long the content is, in characters as a person counts them. */
    public int length() {
        return content.codePointCount(0, content.length());
    }

    /** Counts rather than shows: what is remembered is private. */
    @Override
    public String toString() {
        return "Memory[" + namespace + ", " + key + ", " + content.length() + " characters]";
    }
}
