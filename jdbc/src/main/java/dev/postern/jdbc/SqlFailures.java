package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * Converts {@code SQLException}s to {@code LlmException}s by their SQL state. The states that are used here are the
 * same in all databases.
 */
final class SqlFailures {
    /** Conflicts with another transaction: an existing key, a deadlock, a lock, a table that was created meanwhile. */
    private static final Set<String> CONFLICTS =
            Set.of("23505", "23000", "40001", "40P01", "41000", "55P03", "HYT00", "42P07", "42S01");

    private static final Set<String> TIMEOUTS = Set.of("57014", "HYT00", "HYT01");

    private SqlFailures() {}

    /** Returns whether nothing was changed and the same work can succeed if it is repeated. */
    static boolean isConflict(SQLException e) {
        return e instanceof SQLTransactionRollbackException
                || CONFLICTS.contains(state(e))
                || (e instanceof SQLIntegrityConstraintViolationException && state(e).isEmpty());
    }

    /** Returns the failure of work that was rolled back. */
    static LlmException of(String operation, SQLException e) {
        String state = state(e);
        if (isConnection(e, state)) {
            return failure(Kind.CONNECTION, operation, "the database could not be reached or closed the connection", e);
        } else if (e instanceof SQLTimeoutException || TIMEOUTS.contains(state)) {
            return failure(Kind.TIMEOUT, operation, "the database exceeded the timeout", e);
        } else if (isConflict(e)) {
            return failure(
                    Kind.SERVER, operation, "other transactions kept changing the same rows; try again later", e);
        } else if (e instanceof SQLInvalidAuthorizationSpecException || state.startsWith("28")) {
            return failure(
                    Kind.CONFIGURATION,
                    operation,
                    "the database refused the login; correct the login of the DataSource",
                    e);
        } else if (state.startsWith("42") || state.startsWith("3D") || state.startsWith("3F")) {
            return failure(
                    Kind.CONFIGURATION,
                    operation,
                    "the tables or the rights to use them are missing; call createTables() or grant the rights",
                    e);
        } else if (state.startsWith("53")) {
            return failure(Kind.OVERLOADED, operation, "the database has no space or no connections left", e);
        }
        return failure(Kind.SERVER, operation, "the database refused the operation", e).toBuilder()
                .retryable(e instanceof SQLTransientException)
                .build();
    }

    /** Returns the failure of a commit, after which it is unknown whether the change is stored. */
    static LlmException unknownCommit(String operation, SQLException e) {
        Kind kind = isConnection(e, state(e)) ? Kind.CONNECTION : Kind.SERVER;
        return failure(
                        kind,
                        operation,
                        "the commit failed and the change may be stored or not; check before trying again",
                        e)
                .toBuilder()
                .retryable(false)
                .build();
    }

    /** Returns the failure of a driver or pool that threw an unchecked exception. */
    static LlmException defect(String operation, RuntimeException e) {
        return failure(Kind.SERVER, operation, "the driver or the connection pool failed", e).toBuilder()
                .retryable(false)
                .build();
    }

    private static boolean isConnection(SQLException e, String state) {
        return state.startsWith("08")
                || state.startsWith("57P")
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException;
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static LlmException failure(Kind kind, String operation, String reason, Exception e) {
        return new LlmException(
                kind, "Could not " + operation + ": " + reason + " (" + describe(e) + ").", withoutMessage(e));
    }

    /** Returns the type and SQL state of an exception, which contain no private data. */
    static String describe(Throwable e) {
        String type = e.getClass().getSimpleName();
        return e instanceof SQLException sql && sql.getSQLState() != null
                ? type + ", SQL state " + sql.getSQLState()
                : type;
    }

    /**
     * Copies an exception without its message, because drivers put rows, statements and addresses into messages. The
     * stack trace contains none of them.
     */
    private static Exception withoutMessage(Exception e) {
        SQLException bare = e instanceof SQLException sql
                ? new SQLException(describe(e), sql.getSQLState(), sql.getErrorCode())
                : new SQLException(describe(e));
        bare.setStackTrace(e.getStackTrace());
        return bare;
    }
}
