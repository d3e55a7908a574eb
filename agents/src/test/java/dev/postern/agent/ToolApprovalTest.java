package dev.postern.agent;

import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ToolCall;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.agent.ToolApproval.Decision;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hook approves or refuses each call. */
class ToolApprovalTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final ManualTimer timer = new ManualTimer();
    private final AtomicInteger runs = new AtomicInteger();
    private final Stuck stuck = new Stuck();

    private AgentBuilder agent(ToolApproval hook) {
        return Agent.builder(ScriptedModel.of(calls(call("1", "pay", Map.of("sum", 5))), text("x")))
                .tool(tool("pay", input -> runs.incrementAndGet()))
                .approval(hook)
                .timer(timer);
    }

    private static String only(AgentResult result) {
        assertThat(result.toolCalls()).hasSize(1);
        return result.toolCalls().get(0).result().text();
    }

    @Test
    void anApprovedCallRuns() {
        List<ToolCall> asked = new CopyOnWriteArrayList<>();

        AgentResult result = agent(call -> {
                    asked.add(call);
                    return CompletableFuture.completedFuture(Decision.APPROVED);
                })
                .build()
                .run("Go");

        assertThat(only(result)).isEqualTo("1");
        assertThat(asked).containsExactly(call("1", "pay", Map.of("sum", 5)));
    }

    @Test
    void aRefusedCallDoesNotRunAndItsResultIsTheReason() {
        AgentResult result = agent(call -> CompletableFuture.completedFuture(Decision.refused("too much")))
                .build()
                .run("Go");

        assertThat(only(result)).isEqualTo("Error: the call was refused: too much");
        assertThat(result.toolCalls().get(0).result().isError()).isTrue();
        assertThat(result.text()).isEqualTo("x");
        assertThat(runs).hasValue(0);
    }

    @Test
    void aFailingHookRefusesTheCall() {
        Map<ToolApproval, String> hooks = new LinkedHashMap<>();
        hooks.put(
                call -> {
                    throw new IllegalStateException("secret");
                },
                "IllegalStateException");
        hooks.put(call -> CompletableFuture.failedFuture(new IllegalStateException("secret")), "IllegalStateException");
        hooks.put(call -> CompletableFuture.completedFuture(null), "NullPointerException");
        hooks.put(call -> null, "NullPointerException");
        hooks.put(
                call -> {
                    throw new ToolException("Nobody is there to ask.");
                },
                "Nobody is there to ask.");

        hooks.forEach((hook, reason) ->
                assertThat(only(agent(hook).build().run("Go"))).isEqualTo("Error: the call was refused: " + reason));
        assertThat(runs).hasValue(0);
    }

    @Test
    void ifTheExecutorRefusesTheHookTheCallIsRefused() {
        AgentResult result = agent(call -> CompletableFuture.completedFuture(Decision.APPROVED))
                .executor(task -> {
                    throw new RejectedExecutionException();
                })
                .build()
                .run("Go");

        assertThat(only(result)).isEqualTo("Error: the call was refused: RejectedExecutionException");
    }

    @Test
    void theHooksTimeIsPartOfTheToolsTime() {
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        Watcher watcher = Watcher.of(agent(call -> {
                    asked.countDown();
                    return decision;
                })
                .build()
                .stream("Go"));
        Watcher.await(asked);

        timer.awaitPending(2);
        awaitFollowed(decision);
        timer.advance(AgentLimits.defaults().toolTime());

        assertThat(only(watcher.result())).isEqualTo("Error: the tool did not finish within 120 seconds.");
        assertThat(decision).isCancelled();
        assertThat(runs).hasValue(0);
    }

    private static void awaitFollowed(CompletableFuture<?> future) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (future.getNumberOfDependents() == 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aHookThatTimesOutIsInterrupted() {
        Watcher watcher = Watcher.of(agent(call -> {
                    stuck.block();
                    return CompletableFuture.completedFuture(Decision.APPROVED);
                })
                .build()
                .stream("Go"));
        Watcher.await(stuck.begun);

        timer.advance(AgentLimits.defaults().toolTime());

        Watcher.await(stuck.interrupted);
        assertThat(only(watcher.result())).startsWith("Error: the tool did not finish");
        assertThat(runs).hasValue(0);
    }

    @Test
    void cancellingInterruptsTheHook() {
        Watcher watcher = Watcher.of(agent(call -> {
                    stuck.block();
                    return CompletableFuture.completedFuture(Decision.APPROVED);
                })
                .build()
                .stream("Go"));
        Watcher.await(stuck.begun);

        watcher.cancel();

        Watcher.await(stuck.interrupted);
        assertThat(timer.pending()).isZero();
        assertThat(runs).hasValue(0);
    }

    @Test
    void theHookIsNotCalledForAnUnknownTool() {
        AtomicInteger asked = new AtomicInteger();

        AgentResult result = Agent.builder(ScriptedModel.of(calls(call("1", "nothing")), text("x")))
                .approval(call -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedFuture(Decision.APPROVED);
                })
                .build()
                .run("Go");

        assertThat(only(result)).isEqualTo("Error: there is no tool 'nothing'; there are none.");
        assertThat(asked).hasValue(0);
    }
}
