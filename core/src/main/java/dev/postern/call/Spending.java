package dev.postern.call;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.Usage;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Outcome;
import dev.postern.call.CallListener.Progress;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.Instrumentation.UsageEstimator;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The rule of {@link Spent#of}. */
final class Spending {
    private static final int REQUEST_TIMEOUT = 408;
    /** A proxy's status for a client that has gone: the request may have run. */
    private static final int CLIENT_CLOSED = 499;

    private Spending() {}

    static Optional<Spent> of(
            CompletionRequest request,
            Outcome outcome,
            @Nullable LlmException failure,
            @Nullable Usage reported,
            Progress delivered,
            UsageEstimator estimator) {
        Usage usage = reported == null && failure != null ? inFailure(failure) : reported;
        if (usage != null) {
            return Optional.of(new Spent(usage, outcome == Outcome.ANSWERED ? Certainty.REPORTED : Certainty.PARTIAL));
        }
        Progress generated = plusAnswer(delivered, failure);
        return generated.events() == 0 && failure != null && !mayHaveRun(failure)
                ? Optional.empty()
                : Optional.of(new Spent(estimator.estimate(request, generated), Certainty.ESTIMATED));
    }

    private static @Nullable Usage inFailure(LlmException failure) {
        return failure.usage()
                .or(() -> failure.answer().flatMap(answer -> answer.usage()))
                .orElse(null);
    }

    /** What was delivered, and what the failure carries because it was not delivered: all of an answer that is not a stream. */
    private static Progress plusAnswer(Progress one, @Nullable LlmException failure) {
        if (failure == null || failure.answer().isEmpty()) {
            return one;
        }
        Tally rest = new Tally();
        rest.count(failure.answer().get());
        Progress other = rest.progress();
        return new Progress(
                one.events() + other.events(),
                one.textCharacters() + other.textCharacters(),
                one.reasoningCharacters() + other.reasoningCharacters(),
                one.toolCharacters() + other.toolCharacters());
    }

    /** Whether the server may have run a request that failed before anything came: it neither refused the request nor missed it. */
    private static boolean mayHaveRun(LlmException failure) {
        int status = failure.status().orElse(0);
        boolean refusedByStatus = status >= 400 && status < CLIENT_CLOSED && status != REQUEST_TIMEOUT;
        return !refusedByStatus && !failure.refusedBeforeSending() && !isRefusal(failure.kind()) && !isUnsent(failure);
    }

    private static boolean isRefusal(LlmException.Kind kind) {
        return switch (kind) {
            case INVALID_REQUEST,
                    AUTHENTICATION,
                    PERMISSION,
                    NOT_FOUND,
                    CONTEXT_LENGTH,
                    RATE_LIMITED,
                    QUOTA,
                    OVERLOADED,
                    UNSUPPORTED,
                    CONFIGURATION -> true;
            case CONTENT_FILTER, SERVER, TIMEOUT, CONNECTION, INCOMPLETE_STREAM, PROTOCOL, CANCELLED -> false;
        };
    }

    /** Whether there was no connection to send it on. */
    private static boolean isUnsent(LlmException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException
                    || cause instanceof HttpConnectTimeoutException
                    || cause instanceof SSLHandshakeException) {
                return true;
            }
        }
        return false;
    }
}
