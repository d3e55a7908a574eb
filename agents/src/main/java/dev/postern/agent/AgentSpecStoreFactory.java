package dev.postern.agent;

import dev.postern.LlmException;
import java.util.Optional;

/**
 * Opens stores by their URL: of agents, of conversations, and of memories. A configuration with a URL uses the first factory that accepts
 * it and has such a store.
 *
 * <p>A factory is found by {@link java.util.ServiceLoader}: it has a public constructor without parameters, its module
 * declares {@code provides}, and its jar has a file in {@code META-INF/services}. It may be called by several threads.
 */
public interface AgentSpecStoreFactory {
    /** Returns whether this factory opens stores with such a URL. Checks the URL only and does not connect. */
    boolean accepts(String url);

    /**
     * Opens the store at a URL that this factory accepts.
     *
     * @param user the name of the user; empty if the URL contains it
     * @param password the password of the user; empty for none
     * @throws LlmException if the store cannot be opened
     */
    AgentSpecStore open(String url, String user, String password);

    /**
     * Opens a store of conversations, with the parameters of {@link #open}; empty, the default, if this factory has none.
     *
     * @throws LlmException if the store cannot be opened
     */
    default Optional<ConversationMemory> conversations(String url, String user, String password) {
        return Optional.empty();
    }

    /**
     * Opens a store of memories, with the parameters of {@link #open}; empty, the default, if this factory has none.
     *
     * @throws LlmException if the store cannot be opened
     */
    default Optional<MemoryStore> memories(String url, String user, String password) {
        return Optional.empty();
    }
}
