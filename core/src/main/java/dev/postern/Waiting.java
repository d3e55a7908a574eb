package dev.postern;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Blocks for an answer: unwraps what failed, and carries an interrupt to the call. */
final class Waiting {
    private Waiting() {}

    static <T> T forResult(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new LlmException(
                    LlmException.Kind.CANCELLED, "The thread was interrupted while it waited for the answer.", e);
        } catch (CancellationException e) {
            throw new LlmException(LlmException.Kind.CANCELLED, "The call was cancelled.", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The failure for the waiting thread: made anew, so that its stack trace shows who called. */
    static LlmException rethrown(Throwable failure) {
        if (failure instanceof LlmException known) {
            return known.toBuilder().cause(known).build();
        }
        return new LlmException(
                LlmException.Kind.SERVER, "The provider failed with " + failure + "; that is a defect of it.", failure);
    }
}
