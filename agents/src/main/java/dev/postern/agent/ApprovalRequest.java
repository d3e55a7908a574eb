package dev.postern.agent;

import dev.postern.CallContext;
import dev.postern.ToolCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/**
 * Asks a {@link ToolApproval} about one call. Cancelling the future interrupts the hook, or cancels the stage that the
 * hook returned.
 */
final class ApprovalRequest {
    private final FutureTask<CompletionStage<ToolApproval.Decision>> asking;
    private final CompletableFuture<ToolApproval.Decision> answer = new CompletableFuture<>();

    private ApprovalRequest(ToolApproval hook, ToolCall call, CallContext context) {
        asking = new FutureTask<>(
                () -> Objects.requireNonNull(hook.decide(call, context), "an approval hook must return a stage"));
    }

    static CompletableFuture<ToolApproval.Decision> ask(
            ToolApproval hook, ToolCall call, CallContext context, Executor executor) {
        ApprovalRequest approval = new ApprovalRequest(hook, call, context);
        var unused = approval.answer.whenComplete((decision, thrown) -> approval.asking.cancel(true));
        try {
            executor.execute(approval::decide);
        } catch (Throwable e) { // the executor is full or broken
            approval.answer.completeExceptionally(e);
        }
        return approval.answer;
    }

    private void decide() {
        asking.run();
        if (asking.isCancelled()) {
            Thread.interrupted(); // it was for the hook, not for this thread's next task
            return;
        }
        try {
            follow(asking.get());
        } catch (ExecutionException | RuntimeException e) { // the hook threw or returned null
            answer.completeExceptionally(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e); // the task is done, so get() does not wait
        }
    }

    private void follow(CompletionStage<ToolApproval.Decision> later) {
        CompletionStage<?> unused = later.whenComplete((decision, thrown) -> {
            if (thrown != null) {
                answer.completeExceptionally(thrown);
            } else if (decision == null) {
                answer.completeExceptionally(new NullPointerException("an approval hook must give a decision"));
            } else {
                answer.complete(decision);
            }
        });
        // no effect on a stage that is complete
        unused = answer.whenComplete((decision, thrown) -> ToolExecution.cancel(later));
    }
}
