package dev.postern;

import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import dev.postern.flow.WaitingCaller;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Waits for an answer: unwraps its failure, and cancels the call if the thread is interrupted. */
final class Waiting {
    private Waiting() {}

    static <T> T forResult(Supplier<CompletableFuture<T>> call) {
        Dispatcher.requireBlocking("A blocking call");
        CompletableFuture<T> answer;
        boolean begun = WaitingCaller.begin(true);
        try {
            answer = Objects.requireNonNull(call.get(), "the future is null");
        } catch (LlmException e) {
            throw e; // its stack trace shows the caller already
        } catch (RuntimeException e) {
            throw known(e);
        } finally {
            WaitingCaller.end(begun);
        }
        try {
            return Objects.requireNonNull(answer.get(), "the answer is null");
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new LlmException(
                    LlmException.Kind.CANCELLED, "The thread was interrupted while it waited for the answer.", e);
        } catch (ExecutionException e) {
            throw thrown(e.getCause() == null ? e : e.getCause());
        } catch (CancellationException | NullPointerException e) {
            throw known(e);
        }
    }

    /**
     * The failure for the waiting thread: a new exception whose stack trace shows the caller.
     *
     * @throws VirtualMachineError the error itself, if it is one
     */
    static LlmException thrown(Throwable failure) {
        VirtualMachineError fatal = Fatal.in(failure);
        if (fatal != null) {
            throw fatal;
        }
        if (!(failure instanceof LlmException known)) {
            return known(failure);
        }
        LlmException anew = known.toBuilder().cause(known).build();
        for (Throwable earlier : known.getSuppressed()) { // such as those of other backends
            anew.addSuppressed(earlier);
        }
        return anew;
    }

    /** Any failure as an LlmException, but an error of the virtual machine unchanged. */
    static Throwable failureOf(Throwable failure) {
        VirtualMachineError fatal = Fatal.in(failure);
        return fatal == null ? known(failure) : fatal;
    }

    /** Any failure as an LlmException. */
    static LlmException known(Throwable failure) {
        if (failure instanceof LlmException known) {
            return known;
        }
        boolean wrapper = failure instanceof CompletionException || failure instanceof ExecutionException;
        if (wrapper && failure.getCause() != null) {
            return known(failure.getCause());
        }
        if (failure instanceof CancellationException) {
            return new LlmException(LlmException.Kind.CANCELLED, "The call was cancelled.", failure);
        }
        if (failure instanceof VirtualMachineError) {
            return new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "This process failed with " + failure + "; the backend did not cause this.",
                    failure);
        }
        return LlmException.builder(
                        LlmException.Kind.SERVER,
                        "The provider failed with " + failure + "; this is a defect of the provider.")
                .retryable(false)
                .cause(failure)
                .build();
    }
}
