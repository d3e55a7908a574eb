package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Records the calls on connections and their statements, and can make each of them fail. */
final class TestSource implements DataSource {
    private final String url;
    final boolean autoCommit;
    private final AtomicInteger open = new AtomicInteger();

    /** All calls, such as {@code commit} and {@code executeUpdate INSERT INTO …}. */
    final Queue<String> calls = new ConcurrentLinkedQueue<>();

    /** Which calls fail. */
    private volatile Predicate<String> fails = call -> false;

    private volatile Throwable failure = new SQLException("secret");

    TestSource(String url, boolean autoCommit) {
        this.url = url;
        this.autoCommit = autoCommit;
    }

    /** Makes the matching calls fail before they have an effect. */
    void fail(Predicate<String> which, Throwable how) {
        failure = how;
        fails = which;
    }

    void assertAllConnectionsReturned() {
        assertThat(open).hasValue(0);
    }

    @Override
    public Connection getConnection() throws SQLException {
        check("getConnection");
        Connection connection = DriverManager.getConnection(url);
        connection.setAutoCommit(autoCommit);
        open.incrementAndGet();
        return proxy(Connection.class, (self, method, arguments) -> {
            String name = method.getName();
            if (name.equals("close")) {
                open.decrementAndGet();
                boolean restored = connection.isClosed() || connection.getAutoCommit() == autoCommit;
                connection.close();
                assertThat(restored).as("auto-commit is restored").isTrue();
                check(name);
                return null;
            }
            if (name.equals("prepareStatement")) {
                PreparedStatement statement = connection.prepareStatement((String) arguments[0]);
                return proxy(PreparedStatement.class, (own, call, given) -> {
                    if (call.getName().startsWith("execute")) {
                        check(call.getName() + " " + arguments[0]);
                    }
                    return invoke(statement, call, given);
                });
            }
            check(name);
            if (name.equals("abort")) { // some drivers ignore abort
                connection.close();
                return null;
            }
            return invoke(connection, method, arguments);
        });
    }

    private void check(String call) throws SQLException {
        calls.add(call);
        if (fails.test(call)) {
            if (failure instanceof RuntimeException defect) {
                throw defect;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            throw (SQLException) failure;
        }
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(TestSource.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Runs statements that are not recorded. */
    void run(List<String> statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Logger getParentLogger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
