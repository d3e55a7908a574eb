package dev.postern.agent;

import static dev.postern.testkit.project.ScriptedModel.answer;
import static dev.postern.testkit.project.ScriptedModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ToolCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many parallel runs on few threads: each ends once with the expected result. */
class AgentStressTest {
    private static final int RUNS = 400;

    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final ScheduledExecutorService model = Executors.newScheduledThreadPool(2);
    private final Map<String, Integer> runsOfCalls = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        model.shutdownNow();
    }

    /** Calls three tools in each of three turns, then answers with the number of results. */
    private final class Busy implements LlmProvider {
        @Override
        public String name() {
            return "busy";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            CompletableFuture<CompletionResponse> later = new CompletableFuture<>();
            model.execute(() -> later.complete(next(request.messages())));
            return later;
        }

        private CompletionResponse next(List<Message> messages) {
            int results = messages.stream()
                    .mapToInt(message -> message.toolResults().size())
                    .sum();
            if (results >= 9) {
                return answer("all " + results);
            }
            String run = messages.get(0).text();
            ToolCall[] calls = new ToolCall[3];
            for (int i = 0; i < 3; i++) {
                int number = results + i;
                calls[i] = call("c" + number, i == 1 ? "later" : "now", Map.of("of", run, "n", number));
            }
            return answer("step " + results, calls);
        }
    }

    private Agent agent(AgentLimits limits) {
        return Agent.builder(new Busy())
                .executor(threads)
                .limits(limits)
                .tool(TestTools.tool("now", this::ran))
                .tool(Tool.async(TestTools.definition("later"), input -> {
                    Object said = ran(input);
                    CompletableFuture<Object> later = new CompletableFuture<>();
                    model.schedule(() -> later.complete(said), 1, TimeUnit.MILLISECONDS);
                    return later;
                }))
                .build();
    }

    private Object ran(Map<String, Object> input) {
        String key = input.get("of") + "/" + input.get("n");
        runsOfCalls.merge(key, 1, Integer::sum);
        return key;
    }

    @Test
    void manyParallelRunsEndCorrectly() {
        Agent agent = agent(AgentLimits.defaults().withParallelTools(2));
        List<Watcher> watchers = new ArrayList<>();

        for (int i = 0; i < RUNS; i++) {
            Flow.Publisher<AgentEvent> run = agent.stream("run " + i);
            if (i % 2 == 0) {
                watchers.add(Watcher.of(run));
            } else {
                watchers.add(Watcher.of(run, 0));
            }
        }
        for (int i = 1; i < RUNS; i += 2) {
            for (int asked = 0; asked < 40; asked++) {
                watchers.get(i).request(1);
            }
        }

        for (int i = 0; i < RUNS; i++) {
            AgentResult result = watchers.get(i).result();
            assertThat(result.text()).isEqualTo("all 9");
            for (int n = 0; n < 9; n++) {
                assertThat(result.toolCalls().get(n).result().text()).isEqualTo("run " + i + "/" + n);
            }
            // Started; three times a text, three starts and three results; the answer; Done
            assertThat(watchers.get(i).events()).hasSize(1 + 3 * 7 + 1 + 1);
        }
        assertThat(runsOfCalls).hasSize(RUNS * 9);
        assertThat(runsOfCalls.values()).containsOnly(1);
    }

    @Test
    void runsCancelledAtAnyMomentRunNoToolTwiceAndEmitNothingMore() throws Exception {
        Agent agent = agent(AgentLimits.defaults());
        List<Watcher> watchers = new ArrayList<>();

        for (int i = 0; i < RUNS; i++) {
            Watcher watcher = Watcher.of(agent.stream("run " + i));
            watchers.add(watcher);
            model.schedule(watcher::cancel, ThreadLocalRandom.current().nextInt(20_000), TimeUnit.MICROSECONDS);
        }

        Watcher last = Watcher.of(agent.stream("the last one"));
        assertThat(last.result().text()).isEqualTo("all 9");
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(runsOfCalls.values()).containsOnly(1);
        for (Watcher watcher : watchers) {
            if (watcher.hasEnded()) {
                watcher.result();
            }
        }
    }

    @Test
    void runsThatExpireAtAnyMomentEndOnceWithAResultForEachCall() {
        List<Watcher> watchers = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            Duration time = Duration.ofNanos(1 + ThreadLocalRandom.current().nextInt(30_000_000));
            watchers.add(Watcher.of(agent(AgentLimits.defaults().withTotalTime(time)).stream("run " + i)));
        }

        for (Watcher watcher : watchers) {
            AgentResult result = watcher.result();
            assertThat(result.end()).isIn(AgentEnd.ANSWERED, AgentEnd.TIME);
            assertThat(result.toolCalls().size() % 3).isZero();
            assertThat(watcher.events(AgentEvent.ToolCallResult.class)).hasSameSizeAs(result.toolCalls());
        }
        assertThat(runsOfCalls.values()).containsOnly(1);
    }
}
