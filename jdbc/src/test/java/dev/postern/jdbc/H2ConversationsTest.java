package dev.postern.jdbc;

class H2ConversationsTest extends JdbcConversationsContract {
    @Override
    TestDatabase open() {
        return TestDatabase.h2();
    }
}
