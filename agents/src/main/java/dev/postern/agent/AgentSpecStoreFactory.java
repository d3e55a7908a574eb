package dev.postern.agent;

import dev.postern.LlmException;

/**
 * Opens stores of agents by their URL. A configuration with a URL uses the first factory that accepts it.
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
}
