package dev.postern.agent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.testkit.project.QuietLog;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where and when a tool runs, and how it is stopped. */
class ToolExecutionTest {
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.agent");

    private record Nothing() {}

    private static final ToolCall CALL = ToolCall.of("c1", "t", Map.of());

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    @Test
    void runsOnlyOnTheExecutor() throws Exception {
        CompletableFuture<Thread> thread = CompletableFuture.supplyAsync(Thread::currentThread, executor);
        AtomicReference<Thread> runner = new AtomicReference<>();

        for (Tool tool : new Tool[] {
            Tool.of("t", "", Nothing.class, nothing -> {
                runner.set(Thread.currentThread());
                return null;
            }),
            Tool.async("t", "", Nothing.class, nothing -> {
                runner.set(Thread.currentThread());
                return CompletableFuture.completedFuture(null);
            })
        }) {
            runner.set(null);
            assertThat(tool.call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), executor)
                            .get(30, SECONDS)
                            .text())
                    .isEqualTo("Done.");
            assertThat(runner.get()).isSameAs(thread.get(30, SECONDS));
        }
    }

    @Test
    void anExecutorThatRefusesGivesAnErrorResult() {
        Tool tool = Tool.of("t", "", Nothing.class, nothing -> "ran");

        ToolResult refused = tool.call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), task -> {
                    throw new RejectedExecutionException("full");
                })
                .join();
        ToolResult broken = tool.call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), task -> {
                    throw new IllegalStateException("broken");
                })
                .join();

        assertThat(refused.isError()).isTrue();
        assertThat(refused.text())
                .startsWith("Error: the tool was not run, because the executor is full or shut" + " down.");
        assertThat(broken).isEqualTo(ToolResult.error("c1", "Error: IllegalStateException"));
    }

    @Test
    void runsOnceEvenIfTheExecutorRunsItTwice() {
        AtomicInteger runs = new AtomicInteger();
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<ToolResult> result = Tool.of("t", "", Nothing.class, nothing -> runs.incrementAndGet())
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), tasks::add);

        Runnable task = tasks.remove();
        task.run();
        task.run();

        assertThat(runs).hasValue(1);
        assertThat(result.join().text()).isEqualTo("1");
    }

    @Test
    void aCallCancelledBeforeItsTurnDoesNotRun() {
        AtomicInteger runs = new AtomicInteger();
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<ToolResult> result = Tool.of("t", "", Nothing.class, nothing -> runs.incrementAndGet())
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), tasks::add);

        result.cancel(true);
        tasks.remove().run();

        assertThat(runs).hasValue(0);
    }

    @Test
    void cancellingInterruptsTheFunctionAndNoOtherTaskOfItsThread() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> end = new CompletableFuture<>();
        CompletableFuture<ToolResult> result = Tool.of("t", "", Nothing.class, nothing -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        end.complete("interrupted");
                    }
                    return null;
                })
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), executor);

        assertThat(begun.await(30, SECONDS)).isTrue();
        result.cancel(true);

        assertThat(end.get(30, SECONDS)).isEqualTo("interrupted");
        assertThat(CompletableFuture.supplyAsync(() -> Thread.currentThread().isInterrupted(), executor)
                        .get(30, SECONDS))
                .isFalse();
    }

    @Test
    void completingTheResultInterruptsTheFunctionToo() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<ToolResult> result = Tool.of("t", "", Nothing.class, nothing -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return "too late";
                })
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), executor);

        assertThat(begun.await(30, SECONDS)).isTrue();
        result.complete(ToolResult.error("c1", "timed out"));

        assertThat(interrupted.await(30, SECONDS)).isTrue();
        assertThat(result.join().text()).isEqualTo("timed out");
    }

    @Test
    void cancellingCancelsTheFutureOfAnAsynchronousTool() {
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<ToolResult> result = Tool.async("t", "", Nothing.class, nothing -> inner)
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), Runnable::run);

        assertThat(result).isNotDone();
        result.cancel(true);

        assertThat(inner).isCancelled();
    }

    @Test
    void aStageThatCannotBeCancelledIsIgnored() {
        CompletableFuture<String> inner = new CompletableFuture<>();
        CompletableFuture<ToolResult> result = Tool.async(
                        "t", "", Nothing.class, nothing -> inner.minimalCompletionStage())
                .call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), Runnable::run);

        result.cancel(true);
        inner.complete("late");

        assertThat(result).isCancelled();
    }

    @Test
    void anAsynchronousToolHoldsNoThread() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        Tool waiting = Tool.async("t", "", Nothing.class, nothing -> first);
        Tool freeing = Tool.of("t", "", Nothing.class, nothing -> first.complete("freed"));

        CompletableFuture<ToolResult> result =
                waiting.call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), executor);
        freeing.call(CALL, CallContext.NONE, TestTools.FAILURES, new ToolReport(), executor)
                .get(30, SECONDS);

        assertThat(result.get(30, SECONDS).text()).isEqualTo("freed");
    }
}
