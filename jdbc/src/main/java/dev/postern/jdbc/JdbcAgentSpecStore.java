package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecReader;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecWriter;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/**
 * Specs in a table of a database, for several processes at once: what one of them changes the others see with their next
 * look. Thread-safe; every method blocks. For the kinds of failures see {@link JdbcConversationMemory}.
 */
public final class JdbcAgentSpecStore implements AgentSpecStore {
    private final Transactions transactions;
    private final String table;

    private JdbcAgentSpecStore(Builder builder) {
        transactions = new Transactions(
                builder.dataSource,
                builder.timeout,
                bound -> ThreadLocalRandom.current().nextInt(bound));
        table = builder.tablePrefix + "agents";
    }

    /** With the defaults. The table must be there; see {@link #createTables}. */
    public static JdbcAgentSpecStore create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * A store in the database of a JDBC URL, with its table, which is made if it is not there. Each look into it takes a
     * connection of its own, so it suits what is seldom looked at, as agents are.
     *
     * @param user empty for none, as in databases whose URL says it
     * @param password empty for none
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION}, without the URL, if there is no driver for it
     */
    public static JdbcAgentSpecStore ofUrl(String url, String user, String password) {
        JdbcAgentSpecStore store = create(DriverSource.of(url, user, password));
        store.createTables();
        return store;
    }

    /** Starts with the defaults. The DataSource stays the caller's, who closes it. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Makes the table if it is not there yet. May be called at every start, by several processes at once. */
    public void createTables() {
        transactions.run("create the table of the agents", statements -> {
            for (String statement : ddl()) {
                statements.update(statement);
            }
            return true;
        });
    }

    /** The statements of {@link #createTables}, for an application that makes its tables by itself. */
    public List<String> ddl() {
        return List.of("CREATE TABLE IF NOT EXISTS " + table
                + " (id VARCHAR(255) NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (id))");
    }

    @Override
    public List<AgentSpec> list() {
        return transactions.run(
                "list the agents",
                statements -> statements.list("SELECT spec FROM " + table + " ORDER BY id", JdbcAgentSpecStore::spec));
    }

    @Override
    public Optional<AgentSpec> find(String id) {
        if (id.indexOf('\0') >= 0) { // which is in no id, and not every database could look for it
            return Optional.empty();
        }
        return transactions.run(
                "read an agent",
                statements ->
                        statements
                                .list("SELECT spec FROM " + table + " WHERE id = ?", JdbcAgentSpecStore::spec, id)
                                .stream()
                                .findFirst());
    }

    @Override
    public boolean create(AgentSpec spec) {
        String text = text(spec);
        return transactions.run("store an agent", statements -> {
            if (statements.number("SELECT COUNT(*) FROM " + table + " WHERE id = ?", spec.id()) > 0) {
                return false;
            }
            if (statements.number("SELECT COUNT(*) FROM " + table) >= MOST) {
                throw new LlmException(
                        LlmException.Kind.INVALID_REQUEST,
                        "name: there are " + MOST + " agents, which is all there may be; delete some first.");
            }
            checkBytes(statements, text, "");
            statements.update("INSERT INTO " + table + " (spec, id) VALUES (?, ?)", text, spec.id());
            return true;
        });
    }

    @Override
    public boolean replace(AgentSpec spec) {
        String text = text(spec);
        return transactions.run("store an agent", statements -> {
            checkBytes(statements, text, spec.id());
            return statements.update("UPDATE " + table + " SET spec = ? WHERE id = ?", text, spec.id()) > 0;
        });
    }

    /** All are listed at once, so all together need a bound. Characters of the others count as bytes. */
    private void checkBytes(Statements statements, String text, String instead) throws SQLException {
        long others =
                statements.number("SELECT COALESCE(SUM(LENGTH(spec)), 0) FROM " + table + " WHERE id <> ?", instead);
        if (others + text.length() > MOST_BYTES) {
            throw new LlmException(
                    LlmException.Kind.INVALID_REQUEST,
                    "name: the agents that are kept would take more than " + MOST_BYTES
                            + " bytes, which is all they may; delete some first, or shorten this one.");
        }
    }

    @Override
    public boolean delete(String id) {
        return transactions.run(
                "delete an agent", statements -> statements.update("DELETE FROM " + table + " WHERE id = ?", id) > 0);
    }

    private static String text(AgentSpec spec) {
        return new String(AgentSpecWriter.write(spec), StandardCharsets.UTF_8);
    }

    private static AgentSpec spec(ResultSet row) throws SQLException {
        return AgentSpecReader.read(row.getString(1).getBytes(StandardCharsets.UTF_8));
    }

    /** Sets table and bounds. Not thread-safe. */
    public static final class Builder {
        private final DataSource dataSource;
        private String tablePrefix = TablePrefix.DEFAULT;
        private Duration timeout = Duration.ofSeconds(30);

        private Builder(DataSource dataSource) {
            this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        }

        /** What the table's name begins with: at most 20 letters, digits and {@code _}; default {@code postern_}. */
        public Builder tablePrefix(String prefix) {
            tablePrefix = TablePrefix.checked(prefix);
            return this;
        }

        /** How long one statement may take, in whole seconds; default 30 s; zero for no bound of ours. */
        public Builder timeout(Duration longest) {
            timeout = Bounds.notNegative("timeout", longest);
            return this;
        }

        /** The store; no connection is made yet. */
        public JdbcAgentSpecStore build() {
            return new JdbcAgentSpecStore(this);
        }
    }
}
