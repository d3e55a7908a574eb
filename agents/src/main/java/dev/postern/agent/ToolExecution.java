package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the function of a tool for one call, on an executor. The future that it returns has the result, also of a failure;
 * a cancel of the future interrupts the function.
 */
final class ToolExecution {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");

    private final Tool tool;
    private final ToolCall call;
    private final CallContext context;
    private final ToolFailures failures;
    private final ToolReport report;
    private final ToolResultFactory text;
    private final CompletableFuture<ToolResult> answer = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Object lock = new Object();
    /** The thread that runs the function. Guarded by the lock, so that no other task of that thread is interrupted. */
    private @Nullable Thread runner;

    private ToolExecution(Tool tool, ToolCall call, CallContext context, ToolFailures failures, ToolReport report) {
        this.tool = tool;
        this.call = call;
        this.context = context;
        this.failures = failures;
        this.report = report;
        text = new ToolResultFactory(call, tool.maxCharacters());
    }

    static CompletableFuture<ToolResult> start(
            Tool tool,
            ToolCall call,
            CallContext context,
            ToolFailures failures,
            ToolReport report,
            Executor executor) {
        ToolExecution run = new ToolExecution(tool, call, context, failures, report);
        try {
            executor.execute(run::once);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "a tool was not run, because the executor refused the task", e);
            run.notRun(ToolResult.error(
                    call.id(), "Error: the tool was not run, because the executor is full or shut down."));
        } catch (Throwable e) { // a broken executor
            run.failed(e);
        }
        return run.answer;
    }

    private void once() {
        if (answer.isDone() || !begun.compareAndSet(false, true)) {
            return;
        }
        try {
            BoundFunction invocation = read();
            if (invocation != null) {
                run(invocation);
            }
        } catch (Throwable e) { // from the record's constructor or from the function
            failed(e);
        }
    }

    /** Returns the function with its arguments, or null if the arguments are invalid and the result says so. */
    private @Nullable BoundFunction read() {
        if (call.malformedInput()) {
            notRun(text.malformed(tool.definition()));
            return null;
        }
        try {
            return tool.arguments().read(call.input(), context);
        } catch (LlmException e) {
            notRun(text.invalidArguments(tool.definition(), e));
            return null;
        }
    }

    private void run(BoundFunction invocation) {
        var unused = answer.whenComplete((result, thrown) -> interrupt());
        if (!running(true)) {
            return; // cancelled meanwhile
        }
        Object value;
        try {
            value = invocation.run();
        } finally {
            running(false);
        }
        if (value instanceof CompletionStage<?> later) {
            completeLater(later);
        } else {
            answer.complete(text.of(value));
        }
    }

    private boolean running(boolean now) {
        synchronized (lock) {
            runner = now && !answer.isDone() ? Thread.currentThread() : null;
            if (!now && answer.isDone()) {
                Thread.interrupted(); // the interrupt was for the function, not for the next task of this thread
            }
            return runner != null;
        }
    }

    private void interrupt() {
        synchronized (lock) {
            if (runner != null && runner != Thread.currentThread()) {
                runner.interrupt();
            }
        }
    }

    private void completeLater(CompletionStage<?> later) {
        CompletionStage<?> unused = later.whenComplete((value, thrown) -> {
            try {
                if (thrown == null) {
                    answer.complete(text.of(value));
                } else {
                    failed(thrown);
                }
            } catch (Throwable e) {
                failed(e);
            }
        });
        unused = answer.whenComplete((result, thrown) -> cancel(later)); // no effect on a stage that is complete
    }

    /** Cancels a stage, if it supports that. */
    static void cancel(CompletionStage<?> later) {
        try {
            later.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // this stage cannot be cancelled
        }
    }

    private void notRun(ToolResult error) {
        report.notRun();
        answer.complete(error);
    }

    private void failed(Throwable thrown) {
        if (ToolFailures.unwrapped(thrown) instanceof VirtualMachineError error) {
            answer.completeExceptionally(error);
        } else if (answer.isDone()) {
            ToolFailures.late(call, "a tool", thrown); // for example because it was interrupted
        } else {
            report.failed(ToolFailures.unwrapped(thrown));
            answer.complete(failures.result(call, "a tool", thrown));
        }
    }
}
