package dev.postern.agent;

import dev.postern.ToolCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** A hook is asked about one call. Cancelling the answer interrupts the hook, or cancels what it has returned. */
final class Approval {
    private final FutureTask<CompletionStage<ToolApproval.Decision>> asking;
    private final CompletableFuture<ToolApproval.Decision> answer = new CompletableFuture<>();

    private Approval(ToolApproval hook, ToolCall call) {
        asking = new FutureTask<>(
                () -> Objects.requireNonNull(hook.decide(call), "an approval hook must return a stage"));
    }

    static CompletableFuture<ToolApproval.Decision> ask(ToolApproval hook, ToolCall call, Executor executor) {
        Approval approval = new Approval(hook, call);
        var unused = approval.answer.whenComplete((decision, thrown) -> approval.asking.cancel(true));
        try {
            executor.execute(approval::decide);
        } catch (Throwable e) { // of an executor that has no room, or is broken
            approval.answer.completeExceptionally(e);
        }
        return approval.answer;
    }

    private void decide() {
        asking.run();
        if (asking.isCancelled()) {
            Thread.interrupted(); // meant for the hook, not for the next work of this thread
            return;
        }
        try {
            follow(asking.get());
        } catch (ExecutionException | RuntimeException e) { // it threw, or returned null
            answer.completeExceptionally(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e); // it does not wait
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
        unused = answer.whenComplete((decision, thrown) -> ToolRun.cancel(later)); // no harm to one that is over
    }
}
