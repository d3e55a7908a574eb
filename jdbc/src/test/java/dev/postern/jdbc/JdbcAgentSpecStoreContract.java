package dev.postern.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.agent.AgentSpec;
import dev.postern.agent.AgentSpecStore;
import dev.postern.agent.AgentSpecStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract with a database. */
abstract class JdbcAgentSpecStoreContract extends AgentSpecStoreContract {
    private final TestDatabase database = open();

    abstract TestDatabase open();

    @AfterEach
    void end() throws Exception {
        database.close();
    }

    @Override
    protected final AgentSpecStore create() {
        JdbcAgentSpecStore store = process();
        store.createTables();
        store.createTables(); // as at the next start
        return store;
    }

    @Override
    protected final AgentSpecStore reopen(AgentSpecStore first) {
        return process();
    }

    @Test
    void anotherProcessSeesTheChanges() {
        AgentSpecStore here = create();
        AgentSpecStore there = process();
        here.create(AgentSpec.builder("a").model("m").build());

        assertThat(there.create(AgentSpec.builder("a").model("n").build())).isFalse();
        assertThat(there.replace(AgentSpec.builder("a").model("n").build())).isTrue();
        assertThat(here.find("system:a")).get().extracting(AgentSpec::model).isEqualTo("n");
    }

    @Test
    void withoutTheTableTheMessageNamesTheRemedy() {
        JdbcAgentSpecStore store = JdbcAgentSpecStore.builder(database.source())
                .tablePrefix("nowhere_")
                .build();

        assertThatThrownBy(store::list).hasMessageContaining("call createTables()");
    }

    private JdbcAgentSpecStore process() {
        return JdbcAgentSpecStore.builder(database.source())
                .tablePrefix(database.prefix)
                .build();
    }
}
