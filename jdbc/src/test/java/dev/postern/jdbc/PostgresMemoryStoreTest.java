package dev.postern.jdbc;

class PostgresMemoryStoreTest extends JdbcMemoryStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
