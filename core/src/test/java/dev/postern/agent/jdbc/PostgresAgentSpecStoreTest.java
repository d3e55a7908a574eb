package dev.postern.agent.jdbc;

class PostgresAgentSpecStoreTest extends JdbcAgentSpecStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
