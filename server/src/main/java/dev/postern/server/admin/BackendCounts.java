package dev.postern.server.admin;

import dev.postern.LlmException;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What attempts at one backend did since the start of the server. Thread-safe. */
final class BackendCounts {
    /** The weight of a new time in the running mean. */
    private static final double WEIGHT = 0.1;
    /** A backend that refuses models one by one, whose names callers choose. */
    private static final int MAX_MODELS = 20;

    // All guarded by this.
    private final RateWindow attempts;
    private final RateWindow failures;
    private final Map<String, Unavailable> unavailable = new TreeMap<>(); // by model; empty for all models
    private long open;
    private long answered;
    private long failed;
    private long cancelled;
    private long tokensIn;
    private long tokensOut;
    private double firstTokenMillis = -1;

    /**
     * Why a backend is not asked.
     *
     * @param since since when
     * @param kind the kind of the failure
     * @param message what may be shown of its message
     */
    record Unavailable(Instant since, LlmException.Kind kind, String message) {}

    /**
     * The values at one time.
     *
     * @param firstTokenMillis the running mean of times to the first event with content; -1 if unknown
     */
    record Values(
            long open,
            long answered,
            long failed,
            long cancelled,
            long recentAttempts,
            long recentFailures,
            long tokensIn,
            long tokensOut,
            double firstTokenMillis,
            Map<String, Unavailable> unavailable) {}

    BackendCounts(long nanoTime) {
        attempts = new RateWindow(nanoTime);
        failures = new RateWindow(nanoTime);
    }

    synchronized void begun(long nanoTime) {
        open++;
        attempts.add(nanoTime);
    }

    synchronized void firstToken(Duration time) {
        double millis = time.toNanos() / 1e6;
        firstTokenMillis = firstTokenMillis < 0 ? millis : firstTokenMillis + WEIGHT * (millis - firstTokenMillis);
    }

    synchronized void ended(AttemptEnd end, long nanoTime) {
        open--;
        if (end.outcome() == Outcome.ANSWERED) {
            answered++;
        } else if (end.outcome() == Outcome.CANCELLED) {
            cancelled++;
        } else {
            failed++;
            failures.add(nanoTime);
        }
        end.spent().ifPresent(spent -> {
            tokensIn += spent.usage().inputTokens();
            tokensOut += spent.usage().outputTokens();
        });
    }

    synchronized void unavailable(String model, Unavailable why) {
        if (unavailable.size() < MAX_MODELS || unavailable.containsKey(model)) {
            unavailable.put(model, why);
        }
    }

    synchronized void available(String model) {
        unavailable.remove(model);
    }

    synchronized Values values(long nanoTime) {
        return new Values(
                open,
                answered,
                failed,
                cancelled,
                attempts.count(nanoTime),
                failures.count(nanoTime),
                tokensIn,
                tokensOut,
                firstTokenMillis,
                new TreeMap<>(unavailable));
    }
}
