package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.Message;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemoryToolsTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final String SPACE = "agent:system:helper";

    private final TickingClock clock = new TickingClock();
    private final InMemoryMemoryStore store =
            InMemoryMemoryStore.builder().maxPerNamespace(30).clock(clock).build();
    private final List<Tool> tools = MemoryTools.of(store, SPACE, new MemoryFailures(false, null));

    private ToolResult result(String tool, Map<String, ?> input) throws Exception {
        return tools.stream()
                .filter(one -> one.name().equals(tool))
                .findFirst()
                .orElseThrow()
                .call(
                        ToolCall.of("c1", tool, input),
                        CallContext.NONE,
                        TestTools.FAILURES,
                        new ToolReport(),
                        Runnable::run)
                .get(30, TimeUnit.SECONDS);
    }

    private String answer(String tool, Map<String, ?> input) throws Exception {
        ToolResult result = result(tool, input);
        assertThat(result.isError()).isFalse();
        return result.text();
    }

    @Test
    void definitionsDescribeTheArguments() {
        assertThat(tools)
                .extracting(Tool::name)
                .containsExactly("remember", "recall", "search_memory", "forget", "list_memories");
        assertThat(tools)
                .extracting(tool -> Json.text(tool.definition().inputSchema().get("required")))
                .containsExactly("[\"key\",\"content\"]", "[\"key\"]", "[\"query\"]", "[\"key\"]", "null");
        assertThat(Json.text(tools.get(2).definition().inputSchema())).contains("\"top_k\":{\"type\":\"integer\"");
        assertThat(tools)
                .allSatisfy(tool -> assertThat(tool.definition().description()).isNotEmpty());
    }

    @Test
    void rememberAndRecall() throws Exception {
        assertThat(answer("recall", Map.of("key", "name"))).isEqualTo("No memory found for key 'name'.");
        assertThat(answer("remember", Map.of("key", "name", "content", "Jo"))).isEqualTo("Stored memory 'name'.");
        assertThat(answer("recall", Map.of("key", "name"))).isEqualTo("Jo");
        assertThat(answer("remember", Map.of("key", "name", "content", "Al", "source", "the user")))
                .isEqualTo("Stored memory 'name'.");
        assertThat(store.get(SPACE, "name")).contains(new Memory(SPACE, "name", "Al", "the user", clock.instant()));
    }

    @Test
    void searchShowsTheScoreWithTwoDigits() throws Exception {
        assertThat(answer("search_memory", Map.of("query", "tea"))).isEqualTo("No memories found.");
        store.store(SPACE, "a", "Tea it", "");
        store.store(SPACE, "b", "a tea\nof 24 characters..", "");

        assertThat(answer("search_memory", Map.of("query", "tea")))
                .isEqualTo("- [0.50] a: Tea it\n- [0.12] b: a tea\nof 24 characters..");
        assertThat(answer("search_memory", Map.of("query", "tea", "top_k", 1))).isEqualTo("- [0.50] a: Tea it");
    }

    @Test
    void searchFindsFiveByDefault() throws Exception {
        for (int i = 0; i < 10; i++) {
            store.store(SPACE, "k" + i, "tea", "");
        }

        assertThat(answer("search_memory", Map.of("query", "tea")).lines()).hasSize(5);
        assertThat(answer("search_memory", Map.of("query", "tea", "top_k", 9)).lines())
                .hasSize(9);
    }

    @Test
    void forgetReturnsWhetherTheKeyExisted() throws Exception {
        store.store(SPACE, "name", "Jo", "");

        assertThat(answer("forget", Map.of("key", "name"))).isEqualTo("Deleted: True");
        assertThat(answer("forget", Map.of("key", "name"))).isEqualTo("Deleted: False");
    }

    @Test
    void listShowsTheBeginningsOfTwentyMemories() throws Exception {
        assertThat(answer("list_memories", Map.of())).isEqualTo("No memories found.");
        store.store(SPACE, "long", "🌍".repeat(101), "");
        clock.tick(Duration.ofSeconds(1));
        store.store(SPACE, "short", "x".repeat(100), "");

        assertThat(answer("list_memories", Map.of()))
                .isEqualTo("- short: " + "x".repeat(100) + "\n- long: " + "🌍".repeat(100));
        for (int i = 0; i < 28; i++) {
            store.store(SPACE, "k" + i, "text", "");
        }
        assertThat(answer("list_memories", Map.of()).lines()).hasSize(20);
        assertThat(answer("list_memories", Map.of("limit", 25)).lines()).hasSize(25);
    }

    @Test
    void refusedArgumentsAreReportedToTheModel() throws Exception {
        for (int i = 0; i < 30; i++) {
            store.store(SPACE, "k" + i, "text", "");
        }

        ToolResult full = result("remember", Map.of("key", "new", "content", "text"));
        assertThat(full.isError()).isTrue();
        assertThat(full.text()).contains("delete some first");
        assertThat(result("search_memory", Map.of("query", "x", "top_k", -1)).text())
                .contains("top_k: must be at least 0");
        assertThat(result("recall", Map.of()).isError()).isTrue();
    }

    @Test
    void aConversationStartsWithTheMemories() {
        assertThat(MemoryPrompt.of(store, SPACE)).isEmpty();

        store.store(SPACE + ":u:jo", "city", "Rome", "");
        clock.tick(Duration.ofSeconds(1));
        store.store(SPACE + ":u:al", "city", "Oslo", "");
        assertThat(MemoryPrompt.of(store, SPACE)).isEqualTo(promptWith("\n- city: Oslo"));

        store.store(SPACE, "name", "Jo", "");
        assertThat(MemoryPrompt.of(store, SPACE)).isEqualTo(promptWith("\n- name: Jo"));
    }

    @Test
    void aLongMemoryIsShortenedAndAtMostTwentyAreIncluded() {
        store.store(SPACE, "long", "x" + "🌍".repeat(3000), "");
        assertThat(MemoryPrompt.of(store, SPACE)).isEqualTo(promptWith("\n- long: x" + "🌍".repeat(1999) + "…"));

        clock.tick(Duration.ofSeconds(1));
        for (int i = 0; i < 25; i++) {
            store.store(SPACE, "k" + i, "text", "");
        }
        assertThat(MemoryPrompt.of(store, SPACE).get(0).text().lines()).hasSize(21);
    }

    private static List<Message> promptWith(String lines) {
        return List.of(
                Message.user(
                        "[System: The following memories were previously stored in your memory. Use them to maintain"
                                + " continuity across conversations.]" + lines),
                Message.assistant("I've reviewed my stored memories and will use them in our conversation."));
    }
}
