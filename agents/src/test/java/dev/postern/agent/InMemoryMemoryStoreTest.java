package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import org.junit.jupiter.api.Test;

/** The contract and the bound of the store in memory. */
class InMemoryMemoryStoreTest extends MemoryStoreContract {

    @Override
    protected MemoryStore create(int maxPerNamespace) {
        return InMemoryMemoryStore.builder()
                .maxPerNamespace(maxPerNamespace)
                .clock(clock)
                .build();
    }

    @Test
    void theLeastRecentlyUsedNamespaceIsDropped() {
        InMemoryMemoryStore store =
                InMemoryMemoryStore.builder().maxCharacters(2500).build();
        store.store("a", "k", "x".repeat(1000), "");
        store.store("b", "k", "x".repeat(1000), "");
        assertThat(store.get("a", "k")).isPresent();
        store.store("c", "k", "x".repeat(1000), "");

        assertThat(store.get("a", "k")).isPresent();
        assertThat(store.get("b", "k")).isEmpty();
        assertThat(store.get("c", "k")).isPresent();
    }

    @Test
    void replacedAndDeletedMemoriesFreeSpace() {
        InMemoryMemoryStore store =
                InMemoryMemoryStore.builder().maxCharacters(2500).build();
        store.store("stays", "k", "text", "");
        for (int i = 0; i < 10; i++) {
            store.store("replaced", "k", "x".repeat(1000), "");
            store.store("deleted", "k" + i, "x".repeat(1000), "");
            assertThat(store.delete("deleted", "k" + i)).isTrue();
        }

        assertThat(store.get("stays", "k")).isPresent();
    }

    @Test
    void aBoundBelowOneIsRefused() {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> InMemoryMemoryStore.builder().maxPerNamespace(0))
                .withMessage("maxPerNamespace: must be at least 1, but is 0.");
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> InMemoryMemoryStore.builder().maxCharacters(-5))
                .withMessage("maxCharacters: must be at least 1, but is -5.");
    }

    @Test
    void toStringShowsNoContent() {
        InMemoryMemoryStore store = InMemoryMemoryStore.create();
        store.store("n", "k", "my secret", "me");

        assertThat(store.get("n", "k").orElseThrow()).hasToString("Memory[n, k, 9 characters]");
    }
}
