package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InMemoryAgentSpecStoreTest extends AgentSpecStoreContract {
    @Override
    protected AgentSpecStore create() {
        return InMemoryAgentSpecStore.create();
    }

    @Test
    void theStoreHasAMaximumNumberOfSpecs() {
        AgentSpecStore store = create();
        for (int i = 0; i < AgentSpecStore.MAX_SPECS; i++) {
            store.create(AgentSpec.builder("a" + i).build());
        }

        assertThatThrownBy(() -> store.create(AgentSpec.builder("b").build()))
                .hasMessageStartingWith("agents: there are ");
        assertThat(store.create(AgentSpec.builder("a1").build())).isFalse();
    }
}
