package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Fatal;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** The failures of this package. */
final class LlmFailures {
    private LlmFailures() {}

    /** What an interceptor threw, or what its stage failed with. */
    static Throwable ofInterceptor(String name, Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        if (cause instanceof LlmException known) {
            return known;
        }
        return Fatal.or(
                cause,
                other -> LlmException.builder(
                                Kind.CONFIGURATION,
                                "The interceptor '" + name + "' failed with "
                                        + other.getClass().getName()
                                        + "; correct it, or remove it from the instrumentation.")
                        .refusedBeforeSending(true)
                        .cause(other)
                        .build());
    }

    /** A refusal of the application: it is not retried, and no backend is blamed for it. */
    static LlmException refusal(LlmException failure) {
        if (failure.refusedBeforeSending() && !failure.retryable()) {
            return failure;
        }
        LlmException marked =
                failure.toBuilder().refusedBeforeSending(true).retryable(false).build();
        marked.setStackTrace(failure.getStackTrace());
        for (Throwable each : failure.getSuppressed()) {
            marked.addSuppressed(each);
        }
        return marked;
    }

    static LlmException tooLate(String name, Duration limit) {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The interceptor '" + name + "' waited for longer than " + limit.toSeconds()
                                + " s; make what it waits for faster, or override waitLimit().")
                .refusedBeforeSending(true)
                .retryable(false)
                .build();
    }

    static boolean isOverDeadline(CallContext context) {
        return context.remaining().filter(Duration::isNegative).isPresent();
    }

    static LlmException deadlineBeforeSending() {
        return deadline("before the request was sent");
    }

    static LlmException deadlineWhileWaiting(String name) {
        return deadline("while the interceptor '" + name + "' waited");
    }

    /** The request was sent, so the server may have run it. */
    static LlmException deadlineDuringTheAnswer() {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The call took longer than the deadline of its context allows; give the whole job more time.")
                .retryable(false)
                .build();
    }

    private static LlmException deadline(String when) {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The deadline of the call's context was over " + when + "; give the whole job more time.")
                .refusedBeforeSending(true)
                .retryable(false)
                .build();
    }

    static LlmException outOfOrder(String name, String what) {
        return LlmException.builder(
                        Kind.CONFIGURATION,
                        "The filter of the interceptor '" + name + "' " + what
                                + "; keep the order that StreamEvent describes.")
                .refusedBeforeSending(true)
                .build();
    }

    static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
