package dev.postern.agent.jdbc;

class PostgresMemoryStoreTest extends JdbcMemoryStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
