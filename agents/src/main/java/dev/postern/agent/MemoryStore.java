package dev.postern.agent;

import dev.postern.LlmException;
import java.util.List;
import java.util.Optional;

/**
 * What agents were told to remember: texts by key, in namespaces. A namespace is a name, and so are its children, which
 * begin with it and a colon: {@code agent:system:helper:u:jo} is a child of {@code agent:system:helper}.
 *
 * <p>All methods may be called from any thread at any time, and may block. Of two threads that store under one key, the
 * later one wins.
 *
 * <p>Failures are {@link LlmException}s; names and texts that cannot be kept (see {@link Memory}) and negative limits are
 * {@link LlmException.Kind#INVALID_REQUEST}. A limit above {@value #MAX_LIMIT} is taken as {@value #MAX_LIMIT}.
 */
public interface MemoryStore {
    /** How many memories one call returns at most. */
    int MAX_LIMIT = 1000;

    /**
     * Keeps a content under a key, in place of what was there.
     *
     * @param source where the content is from; may be empty
     * @throws LlmException of kind {@link LlmException.Kind#INVALID_REQUEST} if the key is new and the namespace is full
     */
    void store(String namespace, String key, String content, String source);

    /** What is kept under a key. */
    Optional<Memory> get(String namespace, String key);

    /**
     * The memories whose content holds the whole query, no matter in which case, as {@link ScoredMemory#BEST_FIRST} has
     * it. An empty query is in every content.
     */
    List<ScoredMemory> search(String namespace, String query, int topK);

    /**
     * Forgets what is kept under a key.
     *
     * @return whether there was something
     */
    boolean delete(String namespace, String key);

    /** The memories of a namespace, without its children's, as {@link Memory#NEWEST_FIRST} has it. */
    List<Memory> list(String namespace, int limit);

    /** The memories of a namespace's children, of each key the newest one, as {@link Memory#NEWEST_FIRST} has it. */
    List<Memory> listChildren(String namespace, int limit);

    /** The namespace itself and its children, as far as there are memories in them, by name. */
    List<NamespaceInfo> namespaces(String namespace, int limit);

    /**
     * A namespace in a list of them.
     *
     * @param namespace its name
     * @param memories how many memories are in it, its children's not counted
     */
    record NamespaceInfo(String namespace, int memories) {}
}
