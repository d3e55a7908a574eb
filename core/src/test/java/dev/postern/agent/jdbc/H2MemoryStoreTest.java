package dev.postern.agent.jdbc;

class H2MemoryStoreTest extends JdbcMemoryStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
