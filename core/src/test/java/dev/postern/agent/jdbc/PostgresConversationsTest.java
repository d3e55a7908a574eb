package dev.postern.agent.jdbc;

class PostgresConversationsTest extends JdbcConversationsContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
