package dev.postern.jdbc;

import dev.postern.LlmException;
import dev.postern.agent.Memory;
import dev.postern.agent.MemoryStore;
import dev.postern.agent.ScoredMemory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Stores memories in a table of a database that several processes can share. Thread-safe; every method blocks.
 *
 * <p>A second column has the contents in lower case for the search, because databases differ in how they convert
 * letters. For the kinds of failures see {@link JdbcConversationMemory}.
 */
public final class JdbcMemoryStore implements MemoryStore {
    private final Transactions transactions;
    private final MemorySql sql;
    private final int maxPerNamespace;
    private final Clock clock;

    private JdbcMemoryStore(Builder builder) {
        transactions = builder.settings.transactions();
        maxPerNamespace = builder.maxPerNamespace;
        clock = builder.settings.clock();
        sql = new MemorySql(builder.settings.tablePrefix());
    }

    /** Returns a store with the defaults. The table must exist; see {@link #createTables}. */
    public static JdbcMemoryStore create(DataSource dataSource) {
        return builder(dataSource).build();
    }

    /** Returns a builder with the defaults. The caller closes the DataSource. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /** Creates the table if it does not exist. Can be called at every start, by several processes at once. */
    public void createTables() {
        transactions.createTables("create the table of the memories", sql.ddl);
    }

    /** Returns the statements of {@link #createTables}, for applications that create their tables themselves. */
    public List<String> ddl() {
        return sql.ddl;
    }

    @Override
    public void store(String namespace, String key, String content, String source) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Memory memory = new Memory(namespace, key, content, source, now);
        Object[] columns = {
            content, content.toLowerCase(Locale.ROOT), memory.length(), source, now.toEpochMilli(), namespace, key
        };
        transactions.run("store a memory", statements -> {
            if (statements.update(sql.change, columns) == 0) {
                if (statements.number(sql.count, namespace) >= maxPerNamespace) {
                    throw new LlmException(
                            LlmException.Kind.INVALID_REQUEST,
                            "key: the namespace has " + maxPerNamespace + " memories, which is the maximum;"
                                    + " delete some first.");
                }
                statements.update(sql.add, columns);
            }
            return true;
        });
    }

    @Override
    public Optional<Memory> get(String namespace, String key) {
        Memory.checkNamespace(namespace);
        Memory.checkKey(key);
        return transactions.run(
                "read a memory",
                statements -> statements.list(sql.get, JdbcMemoryStore::memory, namespace, key).stream()
                        .findFirst());
    }

    @Override
    public List<ScoredMemory> search(String namespace, String query, int topK) {
        Memory.checkNamespace(namespace);
        Memory.checkQuery(query);
        int limit = limit("top_k", topK);
        String pattern = "%" + escaped(query.toLowerCase(Locale.ROOT)) + "%";
        List<Memory> found = transactions.run(
                "search memories",
                statements -> statements.list(sql.search, JdbcMemoryStore::memory, namespace, pattern, limit));
        return found.stream()
                .map(memory -> ScoredMemory.of(memory, query))
                .sorted(ScoredMemory.BEST_FIRST)
                .toList();
    }

    @Override
    public boolean delete(String namespace, String key) {
        Memory.checkNamespace(namespace);
        Memory.checkKey(key);
        return transactions.run("delete a memory", statements -> statements.update(sql.delete, namespace, key) > 0);
    }

    @Override
    public List<Memory> list(String namespace, int limit) {
        Memory.checkNamespace(namespace);
        int most = limit("limit", limit);
        List<Memory> found = transactions.run(
                "list memories", statements -> statements.list(sql.list, JdbcMemoryStore::memory, namespace, most));
        return found.stream().sorted(Memory.NEWEST_FIRST).toList();
    }

    @Override
    public List<Memory> listChildren(String namespace, int limit) {
        Memory.checkNamespace(namespace);
        int most = limit("limit", limit);
        List<Memory> found = transactions.run("list memories", statements -> {
            List<Memory> newest = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            statements.scan(
                    sql.listChildren,
                    row -> {
                        if (newest.size() < most && seen.add(row.getString(2))) {
                            newest.add(memory(row));
                        }
                        return newest.size() < most;
                    },
                    children(namespace));
            return newest;
        });
        return found.stream().sorted(Memory.NEWEST_FIRST).toList();
    }

    @Override
    public List<NamespaceInfo> namespaces(String namespace, int limit) {
        Memory.checkNamespace(namespace);
        int most = limit("limit", limit);
        List<NamespaceInfo> found = transactions.run(
                "list namespaces",
                statements -> statements.list(
                        sql.namespaces,
                        row -> new NamespaceInfo(row.getString(1), row.getInt(2)),
                        namespace,
                        children(namespace),
                        most));
        return found.stream()
                .sorted(Comparator.comparing(NamespaceInfo::namespace))
                .toList();
    }

    private static Memory memory(ResultSet row) throws SQLException {
        try {
            return new Memory(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    Instant.ofEpochMilli(row.getLong(5)));
        } catch (LlmException e) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "A stored memory cannot be read by this version (" + e.getMessage() + "); delete its row.",
                    e);
        }
    }

    private static int limit(String field, int limit) {
        return Math.min(MAX_LIMIT, ArgumentChecks.atLeastZero(field, limit));
    }

    private static String children(String namespace) {
        return escaped(namespace) + ":%";
    }

    /** Escapes the wildcards of {@code LIKE}. */
    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    /** Builds the store. Not thread-safe. */
    public static final class Builder {
        private final StoreSettings settings;
        private int maxPerNamespace = 10_000;

        private Builder(DataSource dataSource) {
            settings = new StoreSettings(dataSource);
        }

        /** Sets the prefix of the table's name: at most 20 letters, digits and {@code _}; default {@code postern_}. */
        public Builder tablePrefix(String prefix) {
            settings.tablePrefix(prefix);
            return this;
        }

        /**
         * Sets the maximum number of memories in a namespace; default 10,000. Processes that store new keys at the same
         * moment can exceed it by one each.
         */
        public Builder maxPerNamespace(int count) {
            maxPerNamespace = ArgumentChecks.positive("maxPerNamespace", count);
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

        /** Builds the store without opening a connection. */
        public JdbcMemoryStore build() {
            return new JdbcMemoryStore(this);
        }
    }
}
