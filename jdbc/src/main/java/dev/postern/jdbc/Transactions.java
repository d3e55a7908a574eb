package dev.postern.jdbc;

import dev.postern.LlmException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in a transaction, which stores all of its changes or none. If it conflicts with another transaction, it is
 * repeated from the beginning. The connection is returned in its original state, or aborted.
 */
final class Transactions {
    /**
     * With the strictest isolation level, one writer succeeds in each round of attempts. So this many writers can use
     * one session.
     */
    static final int MAX_ATTEMPTS = 30;

    /** The longest retry delay, in milliseconds. Delays grow up to it. */
    private static final int MAX_DELAY_MILLIS = 200;

    private static final System.Logger LOG = System.getLogger("dev.postern.jdbc");

    private final DataSource dataSource;
    private final int timeoutSeconds;
    private final IntUnaryOperator random;

    /**
     * Takes connections from a DataSource.
     *
     * @param random returns a number from 0 (inclusive) to its argument (exclusive)
     */
    Transactions(DataSource dataSource, Duration timeout, IntUnaryOperator random) {
        this.dataSource = dataSource;
        this.timeoutSeconds = wholeSeconds(timeout);
        this.random = random;
    }

    /** The timeout in seconds, rounded up, because zero means no timeout; at most {@link Integer#MAX_VALUE}. */
    static int wholeSeconds(Duration timeout) {
        return timeout.compareTo(Duration.ofSeconds(Integer.MAX_VALUE)) >= 0
                ? Integer.MAX_VALUE
                : (int) timeout.plusNanos(999_999_999).toSeconds();
    }

    /** The work of a transaction. It can run several times. */
    interface Work<T> {
        T run(Statements statements) throws SQLException;
    }

    /**
     * Runs the work and commits it.
     *
     * @param operation the operation for error messages, such as "append a turn"
     */
    <T> T run(String operation, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return runOnce(operation, work);
            } catch (SQLException e) {
                if (attempt == MAX_ATTEMPTS || !SqlFailures.isConflict(e)) {
                    throw SqlFailures.of(operation, e);
                }
            } catch (LlmException e) {
                throw e;
            } catch (RuntimeException e) {
                throw SqlFailures.defect(operation, e);
            }
            backOff(operation, attempt);
        }
    }

    /** Runs the statements that create tables, in one transaction. */
    void createTables(String operation, List<String> ddl) {
        run(operation, statements -> {
            for (String statement : ddl) {
                statements.update(statement);
            }
            return true;
        });
    }

    private <T> T runOnce(String operation, Work<T> work) throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean ended = false;
        boolean autoCommit = false;
        try {
            autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            T result = work.run(new Statements(connection, timeoutSeconds));
            commit(operation, connection);
            ended = true;
            return result;
        } finally {
            release(connection, ended, autoCommit);
        }
    }

    /**
     * Commits. After a conflict, nothing is stored. After any other failure, it is unknown whether the changes are
     * stored, and the work must not be repeated.
     */
    private static void commit(String operation, Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (SqlFailures.isConflict(e)) {
                throw e;
            }
            throw SqlFailures.unknownCommit(operation, e);
        }
    }

    /**
     * Returns the connection to its source. Never throws: after a commit, a failure here changes nothing, and after
     * another failure, its exception says more. A connection that cannot be rolled back is aborted, because restoring
     * auto-commit or closing it could commit its changes.
     */
    private static void release(Connection connection, boolean ended, boolean autoCommit) {
        boolean sound = runQuietly("roll back", ended ? null : connection::rollback)
                && runQuietly("restore auto-commit of", autoCommit ? () -> connection.setAutoCommit(true) : null);
        if (!sound) {
            runQuietly("abort", () -> connection.abort(Runnable::run));
        }
        runQuietly("close", connection::close);
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static boolean runQuietly(String what, @Nullable Step step) {
        try {
            if (step != null) {
                step.run();
            }
            return true;
        } catch (SQLException | RuntimeException | Error e) { // a class of the driver may be missing
            LOG.log(Level.DEBUG, () -> "Could not " + what + " a connection: " + SqlFailures.describe(e) + ".");
            return false;
        }
    }

    private void backOff(String operation, int attempt) {
        int longest = Math.min(MAX_DELAY_MILLIS, 1 << Math.min(attempt, 10));
        try {
            Thread.sleep(random.applyAsInt(longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LlmException(
                    LlmException.Kind.CANCELLED, "The thread was interrupted before it could " + operation + ".", e);
        }
    }
}
