package dev.postern.jdbc;

class H2AgentSpecStoreTest extends JdbcAgentSpecStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
