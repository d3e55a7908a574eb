package dev.postern.jdbc;

import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;

/** Opens a {@link JdbcAgentSpecStore} for URLs that start with {@code jdbc:}. */
public final class JdbcAgentSpecStoreFactory implements AgentSpecStoreFactory {
    /** Creates the factory, for {@link java.util.ServiceLoader}. */
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
