package dev.postern.agent.jdbc;

import dev.postern.agent.MemoryStore;
import dev.postern.agent.MemoryStoreContract;
import org.junit.jupiter.api.AfterEach;

/** The contract in a database. */
abstract class JdbcMemoryStoreContract extends MemoryStoreContract {
    private final TestDatabase database = open();
    private int maxPerNamespace;

    abstract TestDatabase open();

    @AfterEach
    void end() throws Exception {
        database.close();
    }

    @Override
    protected final MemoryStore create(int most) {
        maxPerNamespace = most;
        JdbcMemoryStore store = process();
        store.createTables();
        return store;
    }

    @Override
    protected final MemoryStore another(MemoryStore first) {
        return process();
    }

    private JdbcMemoryStore process() {
        return JdbcMemoryStore.builder(database.source())
                .tablePrefix(database.prefix)
                .maxPerNamespace(maxPerNamespace)
                .clock(clock)
                .build();
    }
}
