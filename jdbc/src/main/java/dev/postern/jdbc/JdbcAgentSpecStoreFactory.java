package dev.postern.jdbc;

import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreFactory;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.MemoryStore;
import java.util.Optional;

/**
 * Opens stores in a database for URLs that start with {@code jdbc:}, and creates their tables. Each operation opens a new
 * connection, so a database that is far away needs a pool of connections in between, for example PgBouncer.
 */
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

    @Override
    public Optional<ConversationMemory> conversations(String url, String user, String password) {
        JdbcConversationMemory conversations =
                JdbcConversationMemory.create(DriverManagerDataSource.of(url, user, password));
        conversations.createTables();
        return Optional.of(conversations);
    }

    @Override
    public Optional<MemoryStore> memories(String url, String user, String password) {
        JdbcMemoryStore memories = JdbcMemoryStore.create(DriverManagerDataSource.of(url, user, password));
        memories.createTables();
        return Optional.of(memories);
    }
}
