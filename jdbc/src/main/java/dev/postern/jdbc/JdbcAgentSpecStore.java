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
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Stores specs in a table of a database that several processes can share. Each read sees the committed changes of other
 * processes. Thread-safe; every method blocks. For the kinds of failures see {@link JdbcConversationMemory}.
 */
public final class JdbcAgentSpecStore implements AgentSpecStore {
    private final Transactions transactions;
    private final String table;

    private JdbcAgentSpecStore(Builder builder) {
        transactions = builder.settings.transactions();
        table = builder.settings.tablePrefix() + "agents";
    }

    /** Returns a store with the defaults. The table must exist; see {@link #createTables}. */
    public static JdbcAgentSpecStore create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /**
     * Returns a store in the database of a JDBC URL, and creates the table if it does not exist. Each operation opens a
     * new connection, which suits stores that are used rarely.
     *
     * @param user empty for none, for example if the URL contains it
     * @param password empty for none
     * @throws LlmException of kind {@link LlmException.Kind#CONFIGURATION}, without the URL, if no driver accepts it
     */
    public static JdbcAgentSpecStore ofUrl(String url, String user, String password) {
        JdbcAgentSpecStore store = create(DriverManagerDataSource.of(url, user, password));
        store.createTables();
        return store;
    }

    /** Returns a builder with the defaults. The caller closes the DataSource. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Creates the table if it does not exist. Can be called at every start, by several processes at once. */
    public void createTables() {
        transactions.createTables("create the table of the agents", ddl());
    }

    /** Returns the statements of {@link #createTables}, for applications that create their tables themselves. */
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
        if (id.indexOf('\0') >= 0) { // no id contains it, and some databases refuse it
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
            AgentSpecStore.checkCount(statements.number("SELECT COUNT(*) FROM " + table));
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

    /**
     * Limits the size of all specs together, because {@link #list} reads them all. Stored characters count as bytes.
     */
    private void checkBytes(Statements statements, String text, String replacedId) throws SQLException {
        long others =
                statements.number("SELECT COALESCE(SUM(LENGTH(spec)), 0) FROM " + table + " WHERE id <> ?", replacedId);
        AgentSpecStore.checkBytes(others + text.length());
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

    /** Builds the store. Not thread-safe. */
    public static final class Builder {
        private final StoreSettings settings;

        private Builder(DataSource dataSource) {
            settings = new StoreSettings(dataSource);
        }

        /** Sets the prefix of the table's name: at most 20 letters, digits and {@code _}; default {@code postern_}. */
        public Builder tablePrefix(String prefix) {
            settings.tablePrefix(prefix);
            return this;
        }

        /** Sets the timeout of one statement, rounded up to whole seconds; default 30 s; zero for none. */
        public Builder timeout(Duration longest) {
            settings.timeout(longest);
            return this;
        }

        /** Builds the store without opening a connection. */
        public JdbcAgentSpecStore build() {
            return new JdbcAgentSpecStore(this);
        }
    }
}
