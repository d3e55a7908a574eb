package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.agent.ConversationMemory;
import dev.postern.agent.SessionInfo;
import dev.postern.agent.SessionKey;
import dev.postern.agent.Turn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Stores conversations in two tables of a database: one with a row for each session, one with a row for each turn.
 * Several processes can use one session. A turn gets its number from the session's row and holds the row's lock until
 * it is committed. So turns are in the order of their commits, and none is lost or duplicated. Thread-safe; every
 * method blocks.
 *
 * <p>{@link LlmException}s are of kind {@link LlmException.Kind#CONNECTION}, {@link LlmException.Kind#TIMEOUT}, {@link
 * LlmException.Kind#OVERLOADED}, {@link LlmException.Kind#CONFIGURATION} (missing tables or rights) or {@link
 * LlmException.Kind#SERVER}; {@link LlmException#retryable} says whether the call can be repeated. It is false if a
 * commit was interrupted, because the change may be stored already.
 */
public final class JdbcConversationMemory implements ConversationMemory {
    private final Transactions transactions;
    private final ConversationSql sql;
    private final int maxTurns;
    private final int maxTurnBytes;
    private final Clock clock;

    private JdbcConversationMemory(Builder builder) {
        transactions = builder.settings.transactions();
        maxTurns = builder.maxTurns;
        maxTurnBytes = builder.maxTurnBytes;
        clock = builder.settings.clock();
        sql = new ConversationSql(builder.settings.tablePrefix());
    }

    /** Returns a memory with the defaults. The tables must exist; see {@link #createTables}. */
    public static JdbcConversationMemory create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /** Returns a builder with the defaults. The caller closes the DataSource. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Creates the tables that do not exist. Can be called at every start, by several processes at once. */
    public void createTables() {
        transactions.createTables("create the tables of the conversations", sql.ddl);
    }

    /** Returns the statements of {@link #createTables}, for applications that create their tables themselves. */
    public List<String> ddl() {
        return sql.ddl;
    }

    @Override
    public List<Message> history(SessionKey session, int turns) {
        ArgumentChecks.atLeastZero("turns", turns);
        List<String> texts = transactions.run(
                "read a conversation",
                statements -> statements.list(
                        sql.history, row -> row.getString(1), session.agent(), session.session(), turns));
        List<Message> messages = new ArrayList<>();
        texts.forEach(text -> messages.addAll(TurnCodec.read(text).messages()));
        return List.copyOf(messages);
    }

    @Override
    public void append(SessionKey session, Turn turn) {
        String text = TurnCodec.write(turn, maxTurnBytes);
        String agent = session.agent();
        String id = session.session();
        transactions.run("append a turn", statements -> {
            long now = clock.millis();
            if (statements.update(sql.touchSession, now, now, agent, id) == 0) {
                statements.update(sql.addSession, agent, id, now);
            }
            long number = statements.number(sql.lastTurn, agent, id);
            statements.update(sql.addTurn, agent, id, number, turn.messages().size(), text);
            if (number > maxTurns) {
                statements.update(sql.dropTurns, agent, id, number - maxTurns);
            }
            return true;
        });
    }

    @Override
    public List<SessionInfo> sessions(String agent, int limit) {
        SessionKey.checkAgent(agent);
        ArgumentChecks.atLeastZero("limit", limit);
        List<SessionInfo> found = transactions.run(
                "list the sessions of an agent",
                statements -> statements.list(
                        sql.listSessions,
                        row -> new SessionInfo(
                                new SessionKey(agent, row.getString(1)),
                                row.getInt(3),
                                row.getInt(4),
                                Instant.ofEpochMilli(row.getLong(2))),
                        agent,
                        limit));
        return found.stream().sorted(SessionInfo.NEWEST_FIRST).toList();
    }

    @Override
    public boolean delete(SessionKey session) {
        return transactions.run(
                "delete a session", statements -> delete(statements, new SessionVersion(session, Long.MAX_VALUE)));
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        SessionKey.checkAgent(agent);
        ArgumentChecks.atLeastZero("keep", keep);
        return transactions.run("clean up the sessions of an agent", statements -> {
            List<SessionVersion> all = statements.list(sql.latestSessions, SessionVersion::read, agent);
            int deleted = delete(statements, all.subList(Math.min(keep, all.size()), all.size()));
            return new Cleanup(deleted, all.size() - deleted);
        });
    }

    @Override
    public int deleteBefore(Instant moment) {
        long millis = ArgumentChecks.millis(moment);
        int sum = 0;
        int deleted;
        do {
            deleted = transactions.run(
                    "delete old sessions",
                    statements -> delete(statements, statements.list(sql.oldSessions, SessionVersion::read, millis)));
            sum += deleted;
        } while (deleted > 0);
        return sum;
    }

    /** A session and the number of its last turn when it was listed. */
    private record SessionVersion(SessionKey key, long lastTurn) {
        static SessionVersion read(ResultSet row) throws SQLException {
            return new SessionVersion(new SessionKey(row.getString(1), row.getString(2)), row.getLong(3));
        }
    }

    private int delete(Statements statements, List<SessionVersion> sessions) throws SQLException {
        int deleted = 0;
        for (SessionVersion session : sessions) {
            deleted += delete(statements, session) ? 1 : 0;
        }
        return deleted;
    }

    /**
     * Deletes a session, unless it has a newer turn. Like {@link #append}, it changes the session's row first, because
     * the lock of that row excludes other changes.
     */
    private boolean delete(Statements statements, SessionVersion session) throws SQLException {
        String agent = session.key().agent();
        String id = session.key().session();
        boolean known = statements.update(sql.dropSession, agent, id, session.lastTurn()) > 0;
        if (known) {
            statements.update(sql.dropTurns, agent, id, Long.MAX_VALUE);
        }
        return known;
    }

    /** Builds the memory. Not thread-safe. */
    public static final class Builder {
        private final StoreSettings settings;
        private int maxTurns = 1000;
        private int maxTurnBytes = 16 << 20;

        private Builder(DataSource dataSource) {
            settings = new StoreSettings(dataSource);
        }

        /** Sets the prefix of the tables' names: at most 20 letters, digits and {@code _}; default {@code postern_}. */
        public Builder tablePrefix(String prefix) {
            settings.tablePrefix(prefix);
            return this;
        }

        /** Sets the maximum number of turns of a session; the oldest are deleted first. Default 1000. */
        public Builder maxTurns(int count) {
            maxTurns = ArgumentChecks.positive("maxTurns", count);
            return this;
        }

        /**
         * Sets the largest turn, as JSON with images and documents, in bytes; default 16 MiB. Larger turns are refused.
         */
        public Builder maxTurnBytes(int bytes) {
            maxTurnBytes = ArgumentChecks.positive("maxTurnBytes", bytes);
            return this;
        }

        /** Sets the timeout of one statement, rounded up to whole seconds; default 30 s; zero for none. */
        public Builder timeout(Duration longest) {
            settings.timeout(longest);
            return this;
        }

        /** Sets the clock that gives the current time; default the system's, in UTC. */
        public Builder clock(Clock replaced) {
            settings.clock(replaced);
            return this;
        }

        /** Builds the memory without opening a connection. */
        public JdbcConversationMemory build() {
            return new JdbcConversationMemory(this);
        }
    }
}
