package dev.postern.server.admin;

import dev.postern.LlmException;
import dev.postern.call.CallListener;
import dev.postern.gateway.BackendListener;
import dev.postern.server.observe.ObservedRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Follows the backends of a gateway: their attempts, their availability, and the last failures. Thread-safe. */
public final class BackendStates implements CallListener, BackendListener {
    private static final int MAX_BACKENDS = 1_000;
    private static final int MAX_FAILURES = 50;

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, BackendCounts> backends = new ConcurrentHashMap<>();
    private final RecentFailures failures = new RecentFailures(MAX_FAILURES);

    /** States in which nothing has happened. */
    public BackendStates(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    private BackendCounts of(String backend) {
        BackendCounts known = backends.get(backend);
        if (known != null) {
            return known;
        }
        return backends.size() < MAX_BACKENDS
                ? backends.computeIfAbsent(backend, any -> new BackendCounts(nanoTime.getAsLong()))
                : new BackendCounts(nanoTime.getAsLong()); // a reload brings new names; that many are a mistake
    }

    BackendCounts.Values values(String backend) {
        return of(backend).values(nanoTime.getAsLong());
    }

    RecentFailures failures() {
        return failures;
    }

    /** Whether a backend is asked for all of its models. */
    public boolean isAvailable(String backend) {
        return !values(backend).unavailable().containsKey("");
    }

    @Override
    public void onUnavailable(String backend, String model, LlmException why) {
        of(backend).unavailable(model, new BackendCounts.Unavailable(now(), why.kind(), FailureText.of(why)));
    }

    @Override
    public void onAvailable(String backend, String model) {
        of(backend).available(model);
    }

    private Instant now() {
        return clock.instant();
    }

    @Override
    public CallWatch begin(CallStart call) {
        String requestId = call.context()
                .get(ObservedRequest.KEY)
                .map(ObservedRequest::requestId)
                .orElse("");
        return new CallWatch() {
            @Override
            public AttemptWatch attempt(AttemptStart attempt) {
                BackendCounts counts = of(attempt.backend());
                counts.begun(nanoTime.getAsLong());
                return new Attempt(counts, attempt.model(), requestId);
            }

            @Override
            public void end(CallEnd end) {
                if (end.attempts() == 0) { // for example, because all backends cool down
                    end.failure().ifPresent(why -> failures.add(now(), requestId, why.backend(), end.model(), why));
                }
            }
        };
    }

    /** One attempt at a backend. */
    private final class Attempt implements AttemptWatch {
        private final BackendCounts counts;
        private final String model;
        private final String requestId;

        Attempt(BackendCounts counts, String model, String requestId) {
            this.counts = counts;
            this.model = model;
            this.requestId = requestId;
        }

        @Override
        public void firstToken(Duration sinceStart) {
            counts.firstToken(sinceStart);
        }

        @Override
        public void end(AttemptEnd end) {
            counts.ended(end, nanoTime.getAsLong());
            end.failure()
                    .filter(why -> end.outcome() == Outcome.FAILED)
                    .ifPresent(why -> failures.add(now(), requestId, end.backend(), model, why));
        }
    }
}
