package dev.postern.agent.jdbc;

class H2AgentSpecStoreTest extends JdbcAgentSpecStoreContract {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
