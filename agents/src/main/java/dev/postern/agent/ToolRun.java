package dev.postern.agent;

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

/** One call of one tool. */
final class ToolRun {
    private static final System.Logger LOG = System.getLogger("dev.postern.agent");

    private final Tool tool;
    private final ToolCall call;
    private final ToolFailures failures;
    private final ToolText text;
    private final CompletableFuture<ToolResult> answer = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Object lock = new Object();
    /** The thread that runs the function; guarded by the lock, so that no other work of that thread is interrupted. */
    private @Nullable Thread runner;

    private ToolRun(Tool tool, ToolCall call, ToolFailures failures) {
        this.tool = tool;
        this.call = call;
        this.failures = failures;
        text = new ToolText(call, tool.maxCharacters());
    }

    static CompletableFuture<ToolResult> start(Tool tool, ToolCall call, ToolFailures failures, Executor executor) {
        ToolRun run = new ToolRun(tool, call, failures);
        try {
            executor.execute(run::once);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "a tool was not run, as no thread could be had for it", e);
            run.answer.complete(ToolResult.error(
                    call.id(), "Error: the tool was not run, as there is too much work or the program is ending."));
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
            ToolInvocation invocation = read();
            if (invocation != null) {
                run(invocation);
            }
        } catch (Throwable e) { // of the record's constructor or of the function: anything at all
            failed(e);
        }
    }

    /** The arguments; null after a result has said what is wrong with them. */
    private @Nullable ToolInvocation read() {
        if (call.malformedInput()) {
            answer.complete(text.malformed(tool.definition()));
            return null;
        }
        try {
            return tool.arguments().read(call.input());
        } catch (LlmException e) {
            answer.complete(text.misfit(tool.definition(), e));
            return null;
        }
    }

    private void run(ToolInvocation invocation) {
        var unused = answer.whenComplete((result, thrown) -> interrupt());
        if (!running(true)) {
            return; // cancelled in between
        }
        Object value;
        try {
            value = invocation.run();
        } finally {
            running(false);
        }
        if (value instanceof CompletionStage<?> later) {
            finishLater(later);
        } else {
            answer.complete(text.of(value));
        }
    }

    private boolean running(boolean now) {
        synchronized (lock) {
            runner = now && !answer.isDone() ? Thread.currentThread() : null;
            if (!now && answer.isDone()) {
                Thread.interrupted(); // meant for the function, not for the next work of this thread
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

    private void finishLater(CompletionStage<?> later) {
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
        unused = answer.whenComplete((result, thrown) -> cancel(later)); // no harm to one that is over
    }

    /** Cancels what somebody else will finish, if it can be. */
    static void cancel(CompletionStage<?> later) {
        try {
            later.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // a stage that cannot be cancelled
        }
    }

    private void failed(Throwable thrown) {
        if (ToolFailures.unwrapped(thrown) instanceof VirtualMachineError error) {
            answer.completeExceptionally(error);
        } else if (answer.isDone()) {
            ToolFailures.late(call, "a tool", thrown); // such as one that was interrupted
        } else {
            answer.complete(failures.result(call, "a tool", thrown));
        }
    }
}
