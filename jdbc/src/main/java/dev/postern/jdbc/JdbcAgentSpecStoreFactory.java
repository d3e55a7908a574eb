package dev.postern.jdbc;

import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;

/** Opens a {@link JdbcAgentSpecStore} for each URL that begins with {@code jdbc:}. */
public final class JdbcAgentSpecStoreFactory implements AgentSpecStoreFactory {
    /** For {@link java.util.ServiceLoader}. */
    public JdbcAgentSpecStoreFactory() {}

    @Override
    public boolean accepts(String url) {
        return url.startsWith("jdbc:");
    }

    @Override
    public AgentSpecStore open(String url, String user, String password) {
        return JdbcAgentSpecStore.ofUrl(url, user, password);
    }
}
