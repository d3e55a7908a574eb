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
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Conversations in two tables of a database: one row for a session, one for a whole turn. Several processes may serve one
 * session: a turn takes its number from the session's row, whose lock it holds until it is committed, so turns stand in
 * the order in which they were committed, and none is lost or doubled. Thread-safe; every method blocks.
 *
 * <p>{@link LlmException}s are of kind {@link LlmException.Kind#CONNECTION}, {@link LlmException.Kind#TIMEOUT},
 * {@link LlmException.Kind#OVERLOADED}, {@link LlmException.Kind#CONFIGURATION} (no tables, no right) or
 * {@link LlmException.Kind#SERVER}; {@link LlmException#retryable} says whether the same call may be made again, which
 * is not so where a commit was cut and may have taken place.
 */
public final class JdbcConversationMemory implements ConversationMemory {
    private final Transactions transactions;
    private final ConversationSql sql;
    private final int maxTurns;
    private final int maxTurnBytes;
    private final Clock clock;

    private JdbcConversationMemory(Builder builder) {
        transactions = new Transactions(
                builder.dataSource,
                builder.timeout,
                bound -> ThreadLocalRandom.current().nextInt(bound));
        maxTurns = builder.maxTurns;
        maxTurnBytes = builder.maxTurnBytes;
        clock = builder.clock;
        sql = new ConversationSql(builder.tablePrefix);
    }

    /** With the defaults. The tables must be there; see {@link #createTables}. */
    public static JdbcConversationMemory create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /** Starts with the defaults. The DataSource stays the caller's, who closes it. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Makes the tables that are not there yet. May be called at every start, by several processes at once. */
    public void createTables() {
        transactions.run("create the tables of the conversations", statements -> {
            for (String statement : sql.ddl) {
                statements.update(statement);
            }
            return true;
        });
    }

    /** The statements of {@link #createTables}, for an application that makes its tables by itself. */
    public List<String> ddl() {
        return sql.ddl;
    }

    @Override
    public List<Message> history(SessionKey session, int turns) {
        Bounds.atLeastZero("turns", turns);
        List<String> texts = transactions.run(
                "read a conversation",
                statements -> statements.list(
                        sql.history, row -> row.getString(1), session.agent(), session.session(), turns));
        List<Message> messages = new ArrayList<>();
        texts.forEach(text -> messages.addAll(TurnText.read(text).messages()));
        return List.copyOf(messages);
    }

    @Override
    public void append(SessionKey session, Turn turn) {
        String text = TurnText.write(turn, maxTurnBytes);
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
        Bounds.atLeastZero("limit", limit);
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
                "delete a session", statements -> forget(statements, new Numbered(session, Long.MAX_VALUE)));
    }

    @Override
    public Cleanup cleanup(String agent, int keep) {
        SessionKey.checkAgent(agent);
        Bounds.atLeastZero("keep", keep);
        return transactions.run("clean up the sessions of an agent", statements -> {
            List<Numbered> all = statements.list(sql.latestSessions, Numbered::read, agent);
            int deleted = forget(statements, all.subList(Math.min(keep, all.size()), all.size()));
            return new Cleanup(deleted, all.size() - deleted);
        });
    }

    @Override
    public int deleteBefore(Instant moment) {
        long millis = Bounds.millis(moment);
        int sum = 0;
        int deleted;
        do {
            deleted = transactions.run(
                    "delete old sessions",
                    statements -> forget(statements, statements.list(sql.oldSessions, Numbered::read, millis)));
            sum += deleted;
        } while (deleted > 0);
        return sum;
    }

    /** A session as it was when it was listed. */
    private record Numbered(SessionKey key, long lastTurn) {
        static Numbered read(ResultSet row) throws SQLException {
            return new Numbered(new SessionKey(row.getString(1), row.getString(2)), row.getLong(3));
        }
    }

    private int forget(Statements statements, List<Numbered> sessions) throws SQLException {
        int deleted = 0;
        for (Numbered session : sessions) {
            deleted += forget(statements, session) ? 1 : 0;
        }
        return deleted;
    }

    /** The session's row first, as in {@link #append}: its lock keeps others away. One that has gone on stays. */
    private boolean forget(Statements statements, Numbered session) throws SQLException {
        String agent = session.key().agent();
        String id = session.key().session();
        boolean known = statements.update(sql.dropSession, agent, id, session.lastTurn()) > 0;
        if (known) {
            statements.update(sql.dropTurns, agent, id, Long.MAX_VALUE);
        }
        return known;
    }

    /** Sets tables and bounds. Not thread-safe. */
    public static final class Builder {
        private final DataSource dataSource;
        private String tablePrefix = TablePrefix.DEFAULT;
        private int maxTurns = 1000;
        private int maxTurnBytes = 16 << 20;
        private Duration timeout = Duration.ofSeconds(30);
        private Clock clock = Clock.systemUTC();

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /** What the tables' names begin with: at most 20 letters, digits and {@code _}; default {@code postern_}. */
        public Builder tablePrefix(String prefix) {
            tablePrefix = TablePrefix.checked(prefix);
            return this;
        }

        /** Turns of one session, beyond which the oldest goes; default 1000. */
        public Builder maxTurns(int count) {
            maxTurns = Bounds.positive("maxTurns", count);
            return this;
        }

        /** The largest turn, as JSON with its images and documents; default 16 MiB. A larger one is refused. */
        public Builder maxTurnBytes(int bytes) {
            maxTurnBytes = Bounds.positive("maxTurnBytes", bytes);
            return this;
        }

        /** How long one statement may take, in whole seconds; default 30 s; zero for no bound of ours. */
        public Builder timeout(Duration longest) {
            timeout = Bounds.notNegative("timeout", longest);
            return this;
        }

        Builder clock(Clock replaced) {
            clock = Objects.requireNonNull(replaced, "clock");
            return this;
        }

        /** The memory; no connection is made yet. */
        public JdbcConversationMemory build() {
            return new JdbcConversationMemory(this);
        }
    }
}
