package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens a new connection by JDBC URL for each request. There is no pool: stores that a file declares read and write a
 * few times in a run of an agent.
 */
final class DriverManagerDataSource implements DataSource {
    private final String url;
    private final Properties login = new Properties();

    private DriverManagerDataSource(String url, String user, String password) {
        this.url = url;
        if (!user.isEmpty()) {
            login.setProperty("user", user);
        }
        if (!password.isEmpty()) {
            login.setProperty("password", password);
        }
    }

    /**
     * Returns a data source for this database.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION}, without the URL, if no driver accepts it
     */
    static DriverManagerDataSource of(String url, String user, String password) {
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "no driver on the class path accepts this JDBC URL; add the driver of the database, or"
                            + " correct the URL");
        }
        return new DriverManagerDataSource(url, user, password);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url, login);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // drivers have their own log
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // the driver's default applies
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
