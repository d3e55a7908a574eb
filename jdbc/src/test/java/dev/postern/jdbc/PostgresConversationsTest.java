package dev.postern.jdbc;

class PostgresConversationsTest extends JdbcConversationsContract {
    @Override
    TestDatabase open() {
        return TestDatabase.postgres();
    }
}
