package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of every store of memories. */
@Timeout(300)
public abstract class MemoryStoreContract {
    private static final String SPACE = "agent:system:helper";
    private static final Duration SECOND = Duration.ofSeconds(1);

    protected final TickingClock clock = new TickingClock();
    private MemoryStore store;

    /** Creates an empty store for {@code maxPerNamespace} memories in a namespace. */
    protected abstract MemoryStore create(int maxPerNamespace) throws Exception;

    /** Opens the same memories as another process would; returns the same store if it cannot be shared. */
    protected MemoryStore another(MemoryStore first) throws Exception {
        return first;
    }

    @BeforeEach
    void begin() throws Exception {
        store = create(1000);
    }

    @Test
    void aStoredMemoryIsReturned() {
        store.store(SPACE, "name", "Zoë 🌍\n\t'--;", "the user");
        Memory memory = new Memory(SPACE, "name", "Zoë 🌍\n\t'--;", "the user", clock.instant());

        assertThat(store.get(SPACE, "name")).contains(memory);
        assertThat(store.list(SPACE, 9)).containsExactly(memory);
        assertThat(store.get(SPACE, "Name")).isEmpty();
        assertThat(store.get("other", "name")).isEmpty();
    }

    @Test
    void theLongestContentIsStored() {
        String longest = "ß".repeat(Memory.MAX_CONTENT);
        store.store("n".repeat(255), "k".repeat(255), longest, "s".repeat(Memory.MAX_SOURCE));

        assertThat(store.get("n".repeat(255), "k".repeat(255)))
                .hasValueSatisfying(memory -> assertThat(memory.content()).isEqualTo(longest));
    }

    @Test
    void theSameKeyIsReplaced() {
        store.store(SPACE, "name", "Jo", "a");
        Instant later = clock.tick(SECOND);
        store.store(SPACE, "name", "", "");

        assertThat(store.list(SPACE, 9)).containsExactly(new Memory(SPACE, "name", "", "", later));
    }

    @Test
    void aDeletedMemoryIsGone() {
        store.store(SPACE, "name", "Jo", "");
        store.store("other", "name", "Al", "");

        assertThat(store.delete(SPACE, "name")).isTrue();
        assertThat(store.delete(SPACE, "name")).isFalse();
        assertThat(store.get(SPACE, "name")).isEmpty();
        assertThat(store.get("other", "name")).isPresent();
    }

    @Test
    void aListIsNewestFirstAndLimited() {
        for (String key : List.of("c", "a", "b")) {
            store.store(SPACE, key, "text", "");
            clock.tick(SECOND);
        }
        store.store(SPACE, "c", "text", "");
        store.store(SPACE + ":u:jo", "d", "text", "");

        assertThat(keys(store.list(SPACE, 9))).containsExactly("c", "b", "a");
        assertThat(keys(store.list(SPACE, 2))).containsExactly("c", "b");
        assertThat(store.list(SPACE, 0)).isEmpty();
    }

    @Test
    void aSearchFindsTheWholeQueryInAnyCaseAndScoresByLength() {
        store.store(SPACE, "short", "tea", "");
        store.store(SPACE, "long", "likes TEA!", "");
        store.store(SPACE, "none", "likes coffee", "");
        store.store("other", "tea", "tea", "");

        List<ScoredMemory> found = store.search(SPACE, "Tea", 5);

        assertThat(found).extracting(hit -> hit.memory().key()).containsExactly("short", "long");
        assertThat(found).extracting(ScoredMemory::score).containsExactly(1.0, 0.3);
        assertThat(store.search(SPACE, "Tea", 1)).hasSize(1);
        assertThat(store.search(SPACE, "Tea", 0)).isEmpty();
        assertThat(store.search(SPACE, "tea likes", 5)).isEmpty();
    }

    @Test
    void aSearchEscapesWildcards() {
        store.store(SPACE, "percent", "100% wool", "");
        store.store(SPACE, "plain", "1000 wool", "");
        store.store(SPACE, "underscore", "a_b", "");
        store.store(SPACE, "letter", "axb", "");
        store.store(SPACE, "bang", "hey!", "");
        store.store(SPACE, "backslash", "c:\\dir", "");
        store.store(SPACE, "quote", "it's", "");

        assertThat(found("100%")).containsExactly("percent");
        assertThat(found("a_b")).containsExactly("underscore");
        assertThat(found("!")).containsExactly("bang");
        assertThat(found("\\")).containsExactly("backslash");
        assertThat(found("\\d")).containsExactly("backslash");
        assertThat(found("'")).containsExactly("quote");
        assertThat(found("%")).containsExactly("percent");
    }

    @Test
    void aSearchIgnoresCaseInOtherLanguages() {
        store.store(SPACE, "german", "GRÜSSE AUS KÖLN", "");
        store.store(SPACE, "russian", "ПРИВЕТ", "");
        store.store(SPACE, "emoji", "🌍🌍", "");

        assertThat(found("köln")).containsExactly("german");
        assertThat(found("привет")).containsExactly("russian");
        assertThat(store.search(SPACE, "🌍", 5)).extracting(ScoredMemory::score).containsExactly(0.5);
    }

    @Test
    void anEmptyQueryMatchesEveryContent() {
        store.store(SPACE, "a", "text", "");
        store.store(SPACE, "b", "", "");

        assertThat(store.search(SPACE, "", 5)).extracting(ScoredMemory::score).containsExactly(0.0, 0.0);
    }

    @Test
    void childrenAreSeparateNamespaces() {
        store.store(SPACE + ":u:jo", "name", "Jo", "");
        clock.tick(SECOND);
        store.store(SPACE + ":u:al", "name", "Al", "");
        store.store(SPACE + ":u:al", "city", "Rome", "");
        store.store(SPACE, "own", "text", "");
        store.store(SPACE + "2:u:jo", "stranger", "text", "");
        store.store("agent_system_helper:x", "stranger", "text", "");

        assertThat(store.listChildren(SPACE, 9)).extracting(Memory::content).containsExactly("Rome", "Al");
        assertThat(keys(store.listChildren(SPACE, 1))).containsExactly("city");
        assertThat(store.listChildren(SPACE, 0)).isEmpty();
        assertThat(store.listChildren("agent_system_helper", 9)).hasSize(1);
        assertThat(store.listChildren("%", 9)).isEmpty();
        assertThat(store.namespaces(SPACE, 9))
                .containsExactly(
                        new MemoryStore.NamespaceInfo(SPACE, 1),
                        new MemoryStore.NamespaceInfo(SPACE + ":u:al", 2),
                        new MemoryStore.NamespaceInfo(SPACE + ":u:jo", 1));
        assertThat(store.namespaces(SPACE + ":u", 1))
                .containsExactly(new MemoryStore.NamespaceInfo(SPACE + ":u:al", 2));
        assertThat(store.namespaces("nothing", 9)).isEmpty();

        store.delete(SPACE, "own");
        assertThat(store.namespaces(SPACE, 9)).hasSize(2);
    }

    @Test
    void aFullNamespaceRefusesNewKeys() throws Exception {
        MemoryStore small = create(2);
        small.store("other", "x", "text", "");
        small.store(SPACE, "a", "1", "");
        small.store(SPACE, "b", "2", "");

        assertRefused("key: the namespace has 2 memories, which is the maximum", () -> {
            small.store(SPACE, "c", "3", "");
            return null;
        });
        small.store(SPACE, "a", "changed", "");
        small.delete(SPACE, "b");
        small.store(SPACE, "c", "3", "");
        assertThat(keys(small.list(SPACE, 9))).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void invalidArgumentsAreRefused() {
        assertRefused("namespace: must not be empty", () -> store.get("", "k"));
        assertRefused("key: must not be empty", () -> store.get("n", ""));
        assertRefused("key: has 256 characters", () -> store.delete("n", "k".repeat(256)));
        assertRefused("namespace: must not contain control", () -> store.list("a\nb", 1));
        assertRefused("query: contains U+0000", () -> store.search("n", "\0", 1));
        assertRefused("content: contains U+D800", () -> {
            store.store("n", "k", "\uD800", "");
            return null;
        });
        assertRefused("content: has 100001 characters", () -> {
            store.store("n", "k", "x".repeat(100_001), "");
            return null;
        });
        assertRefused("limit: must be at least 0", () -> store.list("n", -1));
        assertRefused("limit: must be at least 0", () -> store.listChildren("n", -1));
        assertRefused("limit: must be at least 0", () -> store.namespaces("n", -1));
        assertRefused("top_k: must be at least 0", () -> store.search("n", "q", -1));
        assertThat(store.namespaces("n", 9)).isEmpty();
    }

    private static void assertRefused(String message, Callable<?> call) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(call::call)
                .withMessageStartingWith(message)
                .extracting(LlmException::kind)
                .isEqualTo(LlmException.Kind.INVALID_REQUEST);
    }

    @Test
    void concurrentStoresLoseNoKeyAndMixNoContent() throws Exception {
        List<MemoryStore> processes = List.of(store, another(store));
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            int mine = worker;
            all.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20; i++) {
                    processes.get(mine % 2).store(SPACE, "shared" + i, "by " + mine, "by " + mine);
                    processes.get(mine % 2).store(SPACE, mine + "/" + i, "text", "");
                }
            }));
        }
        for (CompletableFuture<Void> one : all) {
            one.get(200, TimeUnit.SECONDS);
        }

        assertThat(store.list(SPACE, 1000))
                .hasSize(100)
                .allSatisfy(memory -> assertThat(memory.source()).isIn(memory.content(), ""));
        assertThat(Set.copyOf(keys(store.list(SPACE, 1000))))
                .containsAll(IntStream.range(0, 20).mapToObj(i -> "shared" + i).toList());
    }

    private List<String> found(String query) {
        return store.search(SPACE, query, 9).stream()
                .map(hit -> hit.memory().key())
                .toList();
    }

    private static List<String> keys(List<Memory> memories) {
        return memories.stream().map(Memory::key).toList();
    }
}
