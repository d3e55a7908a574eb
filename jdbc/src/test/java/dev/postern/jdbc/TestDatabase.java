package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database for one test: its data sources and its table prefix. */
final class TestDatabase implements AutoCloseable {
    /**
     * The property with the JDBC URL of a PostgreSQL server for tests, such as {@code
     * jdbc:postgresql://localhost/test?user=me}.
     */
    static final String POSTGRES = "postern.postgres";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final String prefix = "t" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet() + "_";
    private final String url;
    private final List<TestSource> sources = new ArrayList<>();

    private TestDatabase(String url) {
        this.url = url;
    }

    static TestDatabase h2() {
        return new TestDatabase("jdbc:h2:mem:memory" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
    }

    static TestDatabase postgres() {
        String url = System.getProperty(POSTGRES, "");
        assumeTrue(!url.isEmpty(), "needs a server: -D" + POSTGRES + "=jdbc:postgresql://…");
        return new TestDatabase(url);
    }

    /** Returns a new source. Auto-commit is alternately on and off, because pools can use either. */
    TestSource source() {
        TestSource source = new TestSource(url, sources.size() % 2 == 0);
        sources.add(source);
        return source;
    }

    List<Long> numbers(String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    @Override
    public void close() throws SQLException {
        sources.forEach(TestSource::assertAllConnectionsReturned);
        assertThat(sources).isNotEmpty();
        sources.get(0)
                .run(
                        url.startsWith("jdbc:h2:")
                                ? List.of("SHUTDOWN")
                                : List.of(
                                        "DROP TABLE IF EXISTS " + prefix + "turns",
                                        "DROP TABLE IF EXISTS " + prefix + "sessions",
                                        "DROP TABLE IF EXISTS " + prefix + "agents",
                                        "DROP TABLE IF EXISTS " + prefix + "memories"));
    }
}
