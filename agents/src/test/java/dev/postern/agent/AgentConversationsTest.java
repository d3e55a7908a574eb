package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every request is a valid conversation, for all kinds of models, tools and limits. */
class AgentConversationsTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    /** A model with random behaviour. */
    private static final class RandomModel {
        private final Random random;

        RandomModel(long seed) {
            random = new Random(seed);
        }

        synchronized CompletionResponse answer(CompletionRequest request) {
            if (random.nextInt(15) == 0) {
                throw new LlmException(LlmException.Kind.SERVER, "in a bad mood");
            }
            List<Content> parts = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                parts.add(Content.Reasoning.of("hm"));
            }
            if (random.nextInt(3) > 0) {
                parts.add(Content.text(random.nextInt(4) == 0 ? " " : "text " + random.nextInt()));
            }
            for (int calls = random.nextInt(3) * random.nextInt(4); calls > 0; calls--) {
                parts.add(call());
            }
            return CompletionResponse.builder()
                    .content(parts)
                    .stopReason(StopReason.values()[random.nextInt(StopReason.values().length)])
                    .usage(random.nextBoolean() ? Usage.of(random.nextInt(50), random.nextInt(50)) : null)
                    .build();
        }

        private ToolCall call() {
            String id = random.nextInt(3) == 0 ? "again" : "c" + random.nextInt(1000);
            String name = List.of("good", "bad", "later", "slow", "missing", "call_other")
                    .get(random.nextInt(6));
            if (random.nextInt(8) == 0) {
                return ToolCall.malformed(id, name, "{");
            }
            return ToolCall.of(id, name, Map.of("message", "m" + random.nextInt(2)));
        }
    }

    private static Agent agent(Random random, ScriptedModel model, ConversationMemory memory) {
        Agent other = Agent.builder(ScriptedModel.by(new RandomModel(random.nextLong())::answer))
                .name("other")
                .build();
        AgentLimits limits = AgentLimits.defaults()
                .withMaxTurns(1 + random.nextInt(6))
                .withMaxToolCalls(random.nextInt(12))
                .withMaxTotalTokens(random.nextInt(3) == 0 ? 150 : 0)
                .withToolTime(Duration.ofMillis(20))
                .withTotalTime(Duration.ofMillis(random.nextInt(4) == 0 ? 1 + random.nextInt(30) : 60_000))
                .withParallelTools(1 + random.nextInt(3));
        return Agent.builder(model)
                .executor(THREADS)
                .limits(limits)
                .conversations(memory)
                .memories(InMemoryMemoryStore.create())
                .tool(TestTools.named("good"))
                .tool(TestTools.tool("bad", input -> {
                    throw new IllegalStateException("bad");
                }))
                .tool(Tool.async(
                        TestTools.definition("later"), input -> CompletableFuture.supplyAsync(() -> 1, THREADS)))
                .tool(Tool.async(TestTools.definition("slow"), input -> new CompletableFuture<>()))
                .approval(call -> CompletableFuture.completedFuture(
                        call.hashCode() % 7 == 0
                                ? ToolApproval.Decision.refused("no")
                                : ToolApproval.Decision.APPROVED))
                .agent(other)
                .build();
    }

    private static long questions(CompletionRequest request) {
        return request.messages().stream()
                .filter(message -> message.text().startsWith("run "))
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void requestsAreAlwaysValidConversations(int seed) {
        Random random = new Random(seed);
        ScriptedModel model = ScriptedModel.by(new RandomModel(seed)::answer);
        InMemoryConversations memory = InMemoryConversations.create();
        int asked = 0;

        for (int run = 0; run < 40; run++) {
            Watcher watcher = Watcher.of(agent(random, model, memory).stream(
                    AgentInput.of("run " + run).withSession("s")));
            if (random.nextInt(10) == 0) {
                watcher.cancel();
                continue;
            }
            watcher.awaitEnd();
            asked += watcher.events(AgentEvent.Done.class).size();
        }

        assertThat(asked).as("runs that ended without an exception").isGreaterThan(5);
        model.requests().forEach(ConversationChecks::check);
        long most = model.requests().stream()
                .mapToLong(AgentConversationsTest::questions)
                .max()
                .orElse(0);
        assertThat(most).as("turns that were sent").isGreaterThan(5).isLessThanOrEqualTo(11);
    }

    @Test
    void parallelRunsOfOneSessionStayValid() throws Exception {
        ScriptedModel model = ScriptedModel.by(new RandomModel(99)::answer);
        InMemoryConversations memory =
                InMemoryConversations.builder().maxTurns(1000).build();
        Agent agent = Agent.builder(model)
                .conversations(memory)
                .tool(TestTools.named("good"))
                .limits(AgentLimits.defaults().withMaxTurns(3))
                .build();
        List<CompletableFuture<AgentResult>> results = new ArrayList<>();

        for (int run = 0; run < 200; run++) {
            results.add(agent.runAsync(AgentInput.of("run " + run).withSession("s")));
        }
        for (CompletableFuture<AgentResult> result : results) {
            result.handle((done, thrown) -> done).get(30, TimeUnit.SECONDS);
        }

        long stored = results.stream()
                .filter(result -> !result.isCompletedExceptionally())
                .count();
        model.requests().forEach(ConversationChecks::check);
        assertThat(memory.history(new SessionKey("system:agent", "s"), 1000).stream()
                        .filter(message -> message.text().startsWith("run "))
                        .count())
                .isEqualTo(stored)
                .isPositive();
    }
}
