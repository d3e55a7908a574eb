package dev.postern.agent;

import static dev.postern.agent.TestTools.named;
import static dev.postern.agent.TestTools.tool;
import static dev.postern.testkit.project.ScriptedModel.call;
import static dev.postern.testkit.project.ScriptedModel.calls;
import static dev.postern.testkit.project.ScriptedModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.agent.TestTools.Stuck;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import dev.postern.testkit.project.ScriptedModel;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tools that do not end on their own. */
class AgentToolTimeTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private final ManualTimer timer = new ManualTimer();
    private final Stuck stuck = new Stuck();

    private AgentBuilder agent(ScriptedModel model) {
        return Agent.builder(model).timer(timer).limits(AgentLimits.defaults().withToolTime(Duration.ofSeconds(90)));
    }

    @Test
    void aToolThatTimesOutIsInterruptedAndItsResultIsAnError() {
        ScriptedModel model = ScriptedModel.of(calls(call("1", "slow"), call("2", "a")), text("x"));
        Watcher watcher = Watcher.of(agent(model).tool(stuck.blocking("slow")).tool(named("a")).build().stream("Go"));
        Watcher.await(stuck.begun);
        watcher.awaitEvents(4); // Started, two calls, the result of the call that ends

        timer.advance(Duration.ofSeconds(90));

        AgentResult result = watcher.result();
        assertThat(result.toolCalls())
                .extracting(executed -> executed.result().text())
                .containsExactly("Error: the tool did not finish within 90 seconds.", "result of a");
        assertThat(result.end()).isEqualTo(AgentEnd.ANSWERED);
        Watcher.await(stuck.interrupted);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void anAsynchronousToolThatTimesOutIsCancelled() {
        Watcher watcher = Watcher.of(
                agent(ScriptedModel.of(calls(call("1", "slow")), text("x"))).tool(stuck.async("slow")).build().stream(
                        "Go"));
        Watcher.await(stuck.begun);

        timer.advance(Duration.ofSeconds(90));

        assertThat(watcher.result().toolCalls().get(0).result().isError()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(stuck.later::join); // may take a moment
    }

    @Test
    void cancellingInterruptsBlockingToolsAndCancelsAsynchronousOnes() {
        Stuck other = new Stuck();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "slow"), call("2", "later")), text("x"));
        Watcher watcher =
                Watcher.of(agent(model).tool(stuck.blocking("slow")).tool(other.async("later")).build().stream("Go"));
        Watcher.await(stuck.begun);
        Watcher.await(other.begun);

        watcher.cancel();

        Watcher.await(stuck.interrupted);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(other.later::join);
        assertThat(timer.pending()).isZero();
        assertThat(model.requests()).hasSize(1);
        assertThat(watcher.hasEnded()).isFalse();
    }

    @Test
    void cancellingPreventsWaitingToolsFromRunning() {
        AtomicInteger runs = new AtomicInteger();
        ScriptedModel model = ScriptedModel.of(calls(call("1", "slow"), call("2", "a")), text("x"));
        Watcher watcher = Watcher.of(agent(model)
                .limits(AgentLimits.defaults().withParallelTools(1))
                .tool(stuck.blocking("slow"))
                .tool(tool("a", input -> runs.incrementAndGet()))
                .build()
                .stream("Go"));
        Watcher.await(stuck.begun);

        watcher.cancel();

        Watcher.await(stuck.interrupted);
        assertThat(runs).hasValue(0);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aToolThatEndsAfterItsTimeoutChangesNothing() {
        CompletableFuture<String> uncancellable = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                return false;
            }
        };
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        Watcher watcher = Watcher.of(agent(ScriptedModel.of(calls(call("1", "slow")), text("x")))
                .tool(Tool.async(TestTools.definition("slow"), input -> {
                    runs.incrementAndGet();
                    begun.countDown();
                    return uncancellable;
                }))
                .build()
                .stream("Go"));
        Watcher.await(begun);

        timer.advance(Duration.ofSeconds(90));
        uncancellable.complete("too late");

        assertThat(watcher.result().toolCalls())
                .singleElement()
                .satisfies(
                        executed -> assertThat(executed.result().text()).startsWith("Error: the tool did not finish"));
        assertThat(runs).hasValue(1);
        assertThat(watcher.events(AgentEvent.ToolCallResult.class)).hasSize(1);
    }

    @Test
    void cancellingTheFutureCancelsTheTools() {
        CompletableFuture<AgentResult> result = agent(ScriptedModel.of(calls(call("1", "slow"))))
                .tool(stuck.blocking("slow"))
                .build()
                .runAsync(AgentInput.of("Go"));
        Watcher.await(stuck.begun);

        result.cancel(true);

        Watcher.await(stuck.interrupted);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void interruptingTheWaitingThreadCancelsTheRun() throws InterruptedException {
        Agent agent = agent(ScriptedModel.of(calls(call("1", "slow"))))
                .tool(stuck.blocking("slow"))
                .build();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                agent.run("Go");
            } catch (LlmException e) {
                thrown.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        waiting.start();
        Watcher.await(stuck.begun);

        waiting.interrupt();
        waiting.join(30_000);

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(LlmException.Kind.CANCELLED));
        assertThat(interrupted.get()).isTrue();
        Watcher.await(stuck.interrupted);
    }

    @Test
    void aCallThatTheExecutorRefusesIsAnError() {
        AgentResult result = agent(ScriptedModel.of(calls(call("1", "a")), text("x")))
                .tool(named("a"))
                .executor(task -> {
                    throw new RejectedExecutionException();
                })
                .build()
                .run("Go");

        assertThat(result.toolCalls().get(0).result().text()).startsWith("Error: the tool was not run");
    }

    @Test
    void aVirtualMachineErrorFailsTheRun() {
        Watcher watcher = Watcher.of(agent(ScriptedModel.of(calls(call("1", "a"), call("2", "slow"))))
                .tool(tool("a", input -> {
                    Watcher.await(stuck.begun);
                    throw new OutOfMemoryError("on purpose");
                }))
                .tool(stuck.blocking("slow"))
                .build()
                .stream("Go"));

        assertThat(watcher.failure()).isInstanceOf(LlmException.class).hasRootCauseMessage("on purpose");
        Watcher.await(stuck.interrupted);
        assertThat(timer.pending()).isZero();
    }
}
