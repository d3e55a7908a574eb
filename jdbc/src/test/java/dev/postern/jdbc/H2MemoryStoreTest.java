package dev.postern.jdbc;

class H2MemoryStoreTest extends JdbcMemoryStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
