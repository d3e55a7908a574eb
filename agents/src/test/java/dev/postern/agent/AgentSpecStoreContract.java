package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every store of specs. */
@Timeout(300)
public abstract class AgentSpecStoreContract {
    private AgentSpecStore store;

    /** Creates an empty store. */
    protected abstract AgentSpecStore create() throws Exception;

    /** Opens the store again as after a restart; returns the same store if it is in memory. */
    protected AgentSpecStore reopen(AgentSpecStore first) throws Exception {
        return first;
    }

    @BeforeEach
    void begin() throws Exception {
        store = create();
    }

    private static AgentSpec spec(String name, String prompt) {
        return AgentSpec.builder(name)
                .systemPrompt(prompt)
                .primitive(AgentSpec.MEMORY, AgentPrimitive.of("remember"))
                .extra("shared_with", List.of("*"))
                .build();
    }

    @Test
    void anEmptyStoreHasNoSpecs() {
        assertThat(store.list()).isEmpty();
        assertThat(store.find("system:a")).isEmpty();
        assertThat(store.replace(spec("a", "x"))).isFalse();
        assertThat(store.delete("system:a")).isFalse();
        assertThat(store.find("a\0b")).isEmpty();
    }

    @Test
    void allSpecsTogetherHaveALimitInBytes() {
        String megabyte = "p".repeat(1_000_000);
        int most = AgentSpecStore.MAX_BYTES / 1_000_000;
        for (int i = 0; i < most; i++) {
            assertThat(store.create(spec("a" + i, megabyte))).isTrue();
        }

        assertThatThrownBy(() -> store.create(spec("b", megabyte)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST))
                .hasMessageStartingWith("agents: all stored agents together would exceed 16777216 bytes");
        store.create(spec("small", ""));
        assertThatThrownBy(() -> store.replace(spec("small", megabyte))).isInstanceOf(LlmException.class);
        assertThat(store.find("system:small")).contains(spec("small", ""));
        assertThat(store.replace(spec("a0", "now short"))).isTrue();
        assertThat(store.create(spec("b", megabyte))).isTrue();
        assertThat(store.delete("system:b")).isTrue();
        assertThat(store.create(spec("c", megabyte))).isTrue();
    }

    @Test
    void createdSpecsSurviveARestart() throws Exception {
        AgentSpec first = spec("b", "Zoë 🌍\n\t'--;" + "ß".repeat(100_000));
        AgentSpec second = spec("a", "");

        assertThat(store.create(first)).isTrue();
        assertThat(store.create(second)).isTrue();

        AgentSpecStore later = reopen(store);
        assertThat(later.list()).containsExactly(second, first);
        assertThat(later.find("system:b")).contains(first);
        assertThat(later.find("b")).isEmpty();
    }

    @Test
    void anExistingSpecIsNotCreatedAgain() {
        store.create(spec("a", "first"));

        assertThat(store.create(spec("a", "second"))).isFalse();
        assertThat(store.find("system:a")).contains(spec("a", "first"));
    }

    @Test
    void theSameNameWithTwoOwnersIsTwoAgents() {
        store.create(spec("a", "x"));
        AgentSpec other = spec("a", "y").toBuilder().owner("jo").build();

        assertThat(store.create(other)).isTrue();
        assertThat(store.find("jo:a")).contains(other);
    }

    @Test
    void replacedAndDeletedSpecsSurviveARestart() throws Exception {
        store.create(spec("a", "x"));
        store.create(spec("b", "x"));

        assertThat(store.replace(spec("a", "y"))).isTrue();
        assertThat(store.delete("system:b")).isTrue();
        assertThat(store.delete("system:b")).isFalse();

        assertThat(reopen(store).list()).containsExactly(spec("a", "y"));
    }

    @Test
    void onlyOneOfManyConcurrentCreatesSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String prompt = "" + i;
                results.add(threads.submit(() -> {
                    go.await();
                    return store.create(spec("a", prompt));
                }));
            }
            go.countDown();
            int created = 0;
            for (Future<Boolean> result : results) {
                created += result.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
            assertThat(store.list()).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }
}
