package dev.postern.jdbc;

class PostgresAgentSpecStoreTest extends JdbcAgentSpecStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
