package dev.postern.jdbc;

import dev.postern.LlmException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.IntUnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in a transaction of its own: all of it is kept or nothing is. Work that collides with another process's is
 * done again, from its beginning. The connection goes back to where it came from as it was, or broken off.
 */
final class Transactions {
    /** Under the strictest isolation one of many writers succeeds in each round, so this many may write one session. */
    static final int MAX_ATTEMPTS = 30;

    /** The longest wait before the next attempt, in milliseconds; the waits grow up to it. */
    private static final int LONGEST_PAUSE = 200;

    private static final System.Logger LOG = System.getLogger("dev.postern.jdbc");

    private final DataSource dataSource;
    private final int timeoutSeconds;
    private final IntUnaryOperator random;

    /**
     * Over a source of connections.
     *
     * @param random a number from 0 (inclusive) to its argument (exclusive)
     */
    Transactions(DataSource dataSource, Duration timeout, IntUnaryOperator random) {
        this.dataSource = dataSource;
        this.timeoutSeconds =
                (int) Math.min(Integer.MAX_VALUE, timeout.plusMillis(999).toSeconds());
        this.random = random;
    }

    /** What is to be done; may be done several times. */
    interface Work<T> {
        T in(Statements statements) throws SQLException;
    }

    /**
     * Does the work and commits it.
     *
     * @param operation what this is, for errors: "append a turn"
     */
    <T> T run(String operation, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(operation, work);
            } catch (SQLException e) {
                if (attempt == MAX_ATTEMPTS || !SqlFailures.isCollision(e)) {
                    throw SqlFailures.of(operation, e);
                }
            } catch (LlmException e) {
                throw e;
            } catch (RuntimeException e) {
                throw SqlFailures.defect(operation, e);
            }
            pause(operation, attempt);
        }
    }

    private <T> T once(String operation, Work<T> work) throws SQLException {
        Connection connection = dataSource.getConnection();
        boolean ended = false;
        boolean autoCommit = false;
        try {
            autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                connection.setAutoCommit(false);
            }
            T result = work.in(new Statements(connection, timeoutSeconds));
            commit(operation, connection);
            ended = true;
            return result;
        } finally {
            giveBack(connection, ended, autoCommit);
        }
    }

    /** If it fails by a collision, nothing was kept. If it fails otherwise, nobody knows: the work must not be done again. */
    private static void commit(String operation, Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (SqlFailures.isCollision(e)) {
                throw e;
            }
            throw SqlFailures.unknownEnd(operation, e);
        }
    }

    /**
     * Never throws: what was committed has happened, and what failed before tells more. A connection that cannot be
     * rolled back is broken off first, as to set its auto-commit, or to close it, might commit what it began.
     */
    private static void giveBack(Connection connection, boolean ended, boolean autoCommit) {
        boolean sound = quietly("roll back", ended ? null : connection::rollback)
                && quietly("restore auto-commit of", autoCommit ? () -> connection.setAutoCommit(true) : null);
        if (!sound) {
            quietly("abort", () -> connection.abort(Runnable::run));
        }
        quietly("close", connection::close);
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static boolean quietly(String what, @Nullable Step step) {
        try {
            if (step != null) {
                step.run();
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, () -> "Could not " + what + " a connection: " + SqlFailures.describe(e) + ".");
            return false;
        }
    }

    private void pause(String operation, int attempt) {
        int longest = Math.min(LONGEST_PAUSE, 1 << Math.min(attempt, 10));
        try {
            Thread.sleep(random.applyAsInt(longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LlmException(
                    LlmException.Kind.CANCELLED, "The thread was interrupted before it could " + operation + ".", e);
        }
    }
}
