package dev.postern.agent;

import dev.postern.LlmException;
import java.util.List;
import java.util.Optional;

/**
 * Stores memories of agents: texts by key, in namespaces. The children of a namespace are the namespaces that start
 * with its name and a colon: {@code agent:system:helper:u:jo} is a child of {@code agent:system:helper}.
 *
 * <p>All methods may be called from any thread at any time, and may block. If two threads store under the same key, the
 * later one wins.
 *
 * <p>Failures are {@link LlmException}s; invalid names and texts (see {@link Memory}) and negative limits are of kind
 * {@link LlmException.Kind#INVALID_REQUEST}. A limit above {@value #MAX_LIMIT} counts as {@value #MAX_LIMIT}.
 */
public interface MemoryStore {
    /** How many memories one call returns at most. */
    int MAX_LIMIT = 1000;

    /**
     * Stores a content under a key and replaces the previous one.
     *
     * @param source the source of the content; may be empty
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the key is new and the namespace is
     *     full
     */
    void store(String namespace, String key, String content, String source);

    /** Returns the memory under a key. */
    Optional<Memory> get(String namespace, String key);

    /**
     * Returns the memories whose content contains the whole query, in any letter case, in the order {@link
     * ScoredMemory#BEST_FIRST}. An empty query matches every content.
     */
    List<ScoredMemory> search(String namespace, String query, int topK);

    /**
     * Deletes the memory under a key.
     *
     * @return whether there was one
     */
    boolean delete(String namespace, String key);

    /** Returns the memories of a namespace, without those of its children, in the order {@link Memory#NEWEST_FIRST}. */
    List<Memory> list(String namespace, int limit);

    /**
     * Returns the memories of a namespace's children, only the newest of each key, in the order {@link
     * Memory#NEWEST_FIRST}.
     */
    List<Memory> listChildren(String namespace, int limit);

    /** Returns the namespace and its children, without empty ones, sorted by name. */
    List<NamespaceInfo> namespaces(String namespace, int limit);

    /**
     * A namespace in a list of them.
     *
     * @param namespace its name
     * @param memories how many memories it has, without those of its children
     */
    record NamespaceInfo(String namespace, int memories) {}
}
