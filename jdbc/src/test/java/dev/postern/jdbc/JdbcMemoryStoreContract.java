package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.agent.MemoryStore;
import dev.postern.agent.MemoryStoreContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract with a database. */
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

    @Test
    void anInvalidRowIsNotTheCallersFault() throws Exception {
        MemoryStore store = create(10);
        store.store("space", "key", "content", "");
        database.source().run(List.of("UPDATE " + database.prefix + "memories SET memory_key = ' \t '"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> store.list("space", 10))
                .withMessageStartingWith("A stored memory cannot be read by this version (key: ")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.PROTOCOL));
    }

    private JdbcMemoryStore process() {
        return JdbcMemoryStore.builder(database.source())
                .tablePrefix(database.prefix)
                .maxPerNamespace(maxPerNamespace)
                .clock(clock)
                .build();
    }
}
