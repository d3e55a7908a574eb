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

/** Makes the exceptions of runs: they carry what was said and done, and what it cost. */
final class RunFailure {
    private RunFailure() {}

    /**
     * The exception of a run.
     *
     * @param cause why it failed
     */
    static LlmException of(Throwable cause, Progress progress, Spending spending) {
        LlmException failure = LlmException.of(cause);
        List<Message> transcript = progress.transcript();
        boolean begun = transcript.stream().anyMatch(message -> message.role() == Role.ASSISTANT);
        LlmException whole = failure.toBuilder()
                .transcript(transcript)
                .usage(spending.total().orElse(null))
                .refusedBeforeSending(failure.refusedBeforeSending() && !begun)
                .cause(failure)
                .build();
        return suppressing(whole, failure);
    }

    /** The same exception for a thread that waited, so that its stack trace shows who called. */
    static LlmException rethrown(Throwable thrown) {
        LlmException failure = LlmException.of(thrown);
        return suppressing(failure.toBuilder().build(), failure);
    }

    /** With what the first one suppressed, such as the failures of other backends. */
    private static LlmException suppressing(LlmException anew, LlmException first) {
        for (Throwable earlier : first.getSuppressed()) {
            anew.addSuppressed(earlier);
        }
        return anew;
    }

    /** The exception for a thread that was interrupted while it waited. */
    static LlmException interrupted(InterruptedException cause, Progress progress, Spending spending) {
        return of(
                new LlmException(Kind.CANCELLED, "The thread was interrupted while it waited for the agent.", cause),
                progress,
                spending);
    }

    /** What a turn cost that failed: as its failure says, else as the backend had reported. */
    static Optional<Usage> cost(Throwable cause, ModelTurn failed) {
        Optional<Usage> told = cause instanceof LlmException failure
                ? failure.answer().flatMap(CompletionResponse::usage)
                : Optional.empty();
        return told.or(failed::usageSoFar);
    }

    /** The tools that a run had called before it failed, for the model that asked for the run; empty for none. */
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
