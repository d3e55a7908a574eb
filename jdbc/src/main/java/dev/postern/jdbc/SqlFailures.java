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

/** What a database's refusal means, by its SQL state, which is the same for all databases as far as it matters here. */
final class SqlFailures {
    /** Another transaction was there first: a key that exists, a deadlock, a lock, a table that was just made. */
    private static final Set<String> COLLISIONS =
            Set.of("23505", "23000", "40001", "40P01", "41000", "55P03", "HYT00", "42P07", "42S01");

    private static final Set<String> TIMEOUTS = Set.of("57014", "HYT00", "HYT01");

    private SqlFailures() {}

    /** Whether nothing was changed, and the same work may succeed now. */
    static boolean isCollision(SQLException e) {
        return e instanceof SQLTransactionRollbackException
                || COLLISIONS.contains(state(e))
                || (e instanceof SQLIntegrityConstraintViolationException && state(e).isEmpty());
    }

    /** The failure of work that was rolled back. */
    static LlmException of(String operation, SQLException e) {
        String state = state(e);
        if (isConnection(e, state)) {
            return failure(Kind.CONNECTION, operation, "the database could not be reached or hung up", e);
        } else if (e instanceof SQLTimeoutException || TIMEOUTS.contains(state)) {
            return failure(Kind.TIMEOUT, operation, "the database took longer than it may", e);
        } else if (isCollision(e)) {
            return failure(Kind.SERVER, operation, "others kept changing the same rows; try again later", e);
        } else if (e instanceof SQLInvalidAuthorizationSpecException || state.startsWith("28")) {
            return failure(
                    Kind.CONFIGURATION, operation, "the database refused the login; correct that of the DataSource", e);
        } else if (state.startsWith("42") || state.startsWith("3D") || state.startsWith("3F")) {
            return failure(
                    Kind.CONFIGURATION,
                    operation,
                    "the database lacks the tables or the right to use them; call createTables() or grant it",
                    e);
        } else if (state.startsWith("53")) {
            return failure(Kind.OVERLOADED, operation, "the database has no room or no connection left", e);
        }
        return failure(Kind.SERVER, operation, "the database refused", e).toBuilder()
                .retryable(e instanceof SQLTransientException)
                .build();
    }

    /** The failure of a commit: whether it took place is not known. */
    static LlmException unknownEnd(String operation, SQLException e) {
        Kind kind = isConnection(e, state(e)) ? Kind.CONNECTION : Kind.SERVER;
        return failure(
                        kind,
                        operation,
                        "the commit failed, so it may have happened or not; look before trying again",
                        e)
                .toBuilder()
                .retryable(false)
                .build();
    }

    /** The failure of a driver or pool that throws what it should not. */
    static LlmException defect(String operation, RuntimeException e) {
        return failure(Kind.SERVER, operation, "the driver or the pool of connections failed", e).toBuilder()
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
                kind, "Could not " + operation + ": " + reason + " (" + describe(e) + ").", withoutItsMessage(e));
    }

    /** All that may be shown of it. */
    static String describe(Exception e) {
        String type = e.getClass().getSimpleName();
        return e instanceof SQLException sql && sql.getSQLState() != null
                ? type + ", SQL state " + sql.getSQLState()
                : type;
    }

    /** Drivers put rows, statements and addresses into messages. The stack trace holds none of them. */
    private static Exception withoutItsMessage(Exception e) {
        SQLException bare = e instanceof SQLException sql
                ? new SQLException(describe(e), sql.getSQLState(), sql.getErrorCode())
                : new SQLException(describe(e));
        bare.setStackTrace(e.getStackTrace());
        return bare;
    }
}
