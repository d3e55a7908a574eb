package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementsTest {
    @Test
    void aStatementOfADriverThatLacksAMethodIsClosed() {
        List<String> calls = new ArrayList<>();
        PreparedStatement old = proxy(PreparedStatement.class, (self, method, arguments) -> {
            calls.add(method.getName());
            if (method.getName().equals("setQueryTimeout")) {
                throw new AbstractMethodError("setQueryTimeout");
            }
            return null;
        });
        Connection connection = proxy(Connection.class, (self, method, arguments) -> old);

        assertThatThrownBy(() -> new Statements(connection, 1).update("DELETE FROM turns"))
                .isInstanceOf(AbstractMethodError.class);
        assertThat(calls).containsExactly("setQueryTimeout", "close");
    }

    @Test
    void aFailureOfTheCloseDoesNotReplaceTheFirstOne() {
        SQLException closing = new SQLException("close");
        PreparedStatement old = proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().equals("close")) {
                throw closing;
            }
            throw new AbstractMethodError("setQueryTimeout");
        });
        Connection connection = proxy(Connection.class, (self, method, arguments) -> old);

        assertThatThrownBy(() -> new Statements(connection, 1).update("DELETE FROM turns"))
                .isInstanceOf(AbstractMethodError.class)
                .hasSuppressedException(closing);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(StatementsTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
