package dev.postern.agent;

import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.Usage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates the exceptions of runs. They have the messages so far and the usage. */
final class RunFailure {
    private RunFailure() {}

    /**
     * Returns the exception of a failed run.
     *
     * @param cause why the run failed
     */
    static LlmException of(Throwable cause, RunProgress progress, RunUsage usage) {
        LlmException failure = LlmException.of(cause);
        List<Message> transcript = progress.transcript();
        boolean begun = transcript.stream().anyMatch(message -> message.role() == Role.ASSISTANT);
        LlmException result = failure.toBuilder()
                .transcript(transcript)
                .usage(usage.total().orElse(null))
                .refusedBeforeSending(failure.refusedBeforeSending() && !begun)
                .cause(failure)
                .build();
        return copySuppressed(result, failure);
    }

    /** Returns the failure of a run that begins after the deadline of its context. */
    static LlmException tooLate() {
        return new LlmException(
                Kind.TIMEOUT, "The deadline of the run's context was over before the run began; set a later one.");
    }

    /** Whether a time limit of a call was reached. */
    static boolean isTimeout(Throwable cause) {
        return cause instanceof LlmException failure && failure.kind() == Kind.TIMEOUT;
    }

    /** Returns a copy for the waiting thread, so that the stack trace shows the caller. */
    static LlmException rethrown(Throwable thrown) {
        LlmException failure = LlmException.of(thrown);
        return copySuppressed(failure.toBuilder().build(), failure);
    }

    /** Copies the suppressed exceptions, such as the failures of other backends. */
    private static LlmException copySuppressed(LlmException copy, LlmException original) {
        for (Throwable suppressed : original.getSuppressed()) {
            copy.addSuppressed(suppressed);
        }
        return copy;
    }

    /** Returns the exception for a thread that was interrupted while it waited. */
    static LlmException interrupted(InterruptedException cause, RunProgress progress, RunUsage usage) {
        return of(
                new LlmException(Kind.CANCELLED, "The thread was interrupted while it waited for the agent.", cause),
                progress,
                usage);
    }

    /** Returns the usage of a failed turn: from the exception, else as the backend had reported it. */
    static Optional<Usage> cost(Throwable cause, ModelTurn failed) {
        Optional<Usage> reported = cause instanceof LlmException failure
                ? failure.answer().flatMap(CompletionResponse::usage)
                : Optional.empty();
        return reported.or(failed::usageSoFar);
    }

    /**
     * Returns a sentence for the calling model with the tools that a run had called before it failed; empty for none.
     */
    static String toolsCalled(@Nullable Throwable failure) {
        if (!(failure instanceof LlmException known)) {
            return "";
        }
        List<String> names = known.transcript().stream()
                .flatMap(message -> message.toolCalls().stream())
                .map(call -> call.name())
                .distinct()
                .toList();
        return names.isEmpty() ? "" : ". Before that it had called: " + String.join(", ", names) + ".";
    }
}
