package dev.postern.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Executes the statements of one transaction. */
final class Statements {
    /** How many rows a driver may fetch at once, because a result can have any number of rows. */
    private static final int FETCH_SIZE = 100;

    private final Connection connection;
    private final int timeoutSeconds;

    Statements(Connection connection, int timeoutSeconds) {
        this.connection = connection;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Converts the current row. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Changes rows and returns their number. Arguments are strings, ints and longs. */
    int update(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /** Returns all rows. */
    <T> List<T> list(String sql, Row<T> row, Object... arguments) throws SQLException {
        List<T> all = new ArrayList<>();
        scan(
                sql,
                read -> {
                    all.add(row.read(read));
                    return true;
                },
                arguments);
        return all;
    }

    /** Returns the number in the only row; 0 if there is no row. */
    long number(String sql, Object... arguments) throws SQLException {
        List<Long> rows = list(sql, row -> row.getLong(1), arguments);
        return rows.isEmpty() ? 0 : rows.get(0);
    }

    /** Reads rows until {@code more} returns false. */
    void scan(String sql, Row<Boolean> more, Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && more.read(rows)) {
                    // more has read the row
                }
            }
        }
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout(timeoutSeconds);
            for (int i = 0; i < arguments.length; i++) {
                bind(statement, i + 1, arguments[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException | Error e) { // an old driver may lack a method
            try {
                statement.close();
            } catch (SQLException | RuntimeException | Error closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, int index, Object argument) throws SQLException {
        if (argument instanceof String text) {
            statement.setString(index, text);
        } else if (argument instanceof Integer number) {
            statement.setInt(index, number);
        } else {
            statement.setLong(index, (Long) argument);
        }
    }
}
