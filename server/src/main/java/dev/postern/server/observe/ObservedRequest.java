package dev.postern.server.observe;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.Usage;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Spent;
import dev.postern.usage.Cost;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being answered. The server tells it what it learns, and {@link CallFacts} tells it about calls of models, which it
 * finds by {@link #KEY} in the context of a call. When the request and all its calls have ended, it makes one {@link RequestSummary}.
 *
 * <p>Calls can end after the request: a cancelled one a moment later, and those of an agent's run that goes on without its client much
 * later. Their tokens belong to the request, so the summary waits for them. Thread-safe.
 */
public final class ObservedRequest {
    /** Finds the request of a call. */
    public static final CallContext.Key<ObservedRequest> KEY =
            CallContext.Key.of("observed request", ObservedRequest.class);

    private static final int LONGEST_NAME = 200;

    private final String requestId;
    private final String correlationId;
    private final String method;
    private final Instant time;
    private final LongSupplier nanoTime;
    private final long begin;
    private final Consumer<? super RequestSummary> whenOver;

    // The following are guarded by this.
    private String route = "";
    private String key = "";
    private String tenant = "";
    private long bytesIn;
    private boolean streaming;
    private int open = 1; // the request itself, its open calls and its holds
    private int calls;
    private int attempts;
    private String backend = "";
    private String model = "";
    private @Nullable Usage usage;
    private boolean estimated;
    private @Nullable Cost cost;
    private boolean costUnknown;
    private @Nullable Duration firstToken;
    private @Nullable End end;

    private record End(int status, RequestOutcome outcome, String failure, long bytesOut, Duration duration) {}

    /**
     * A request that begins now.
     *
     * @param time the time of day
     * @param nanoTime a monotonic clock
     * @param whenOver gets the summary, once, on the thread that tells the last news; must not block
     */
    public ObservedRequest(
            String requestId,
            String correlationId,
            String method,
            Instant time,
            LongSupplier nanoTime,
            Consumer<? super RequestSummary> whenOver) {
        this.requestId = requestId;
        this.correlationId = correlationId;
        this.method = method;
        this.time = time;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.whenOver = whenOver;
    }

    /** The id of the request. */
    public String requestId() {
        return requestId;
    }

    /** Sets the pattern of the path, such as {@code /api/v1/agents/{name}}. */
    public synchronized void route(String pattern) {
        route = pattern;
    }

    /** Sets who sent it: the name of the key, not the key, and the tenant. */
    public synchronized void caller(String keyName, String tenantName) {
        key = keyName;
        tenant = tenantName;
    }

    /** The answer is a stream, which has begun. */
    public synchronized void streaming() {
        streaming = true;
    }

    /** Whether the answer is a stream. */
    public synchronized boolean isStreaming() {
        return streaming;
    }

    /** Adds bytes of the request's body. */
    public synchronized void received(long bytes) {
        bytesIn += bytes;
    }

    /**
     * The answer has ended. Only the first call counts.
     *
     * @param status the status that was sent; 0 if none was
     * @param outcome how it ended
     * @param failure why it failed; null if it did not, or if this is unknown
     * @param bytesOut the bytes of the answer's body
     */
    public void ended(int status, RequestOutcome outcome, LlmException.@Nullable Kind failure, long bytesOut) {
        synchronized (this) {
            if (end != null) {
                return;
            }
            String kind = failure == null ? "" : failure.name().toLowerCase(Locale.ROOT);
            end = new End(status, outcome, kind, bytesOut, sinceBegin());
        }
        release();
    }

    /** Keeps the summary back until the result is run: something goes on that may still make calls, such as a run without its client. */
    public Runnable hold() {
        synchronized (this) {
            open++;
        }
        return new Runnable() {
            private boolean done; // guarded by the request

            @Override
            public void run() {
                synchronized (ObservedRequest.this) {
                    if (done) {
                        return;
                    }
                    done = true;
                }
                release();
            }
        };
    }

    /** The time since the beginning. */
    public Duration sinceBegin() {
        return Duration.ofNanos(nanoTime.getAsLong() - begin);
    }

    /** What is known by now, for a list of open requests; the status is 0. */
    public synchronized RequestSummary now() {
        return summary(new End(0, RequestOutcome.ANSWERED, "", 0, sinceBegin()));
    }

    synchronized void asks(String atBackend, String askedModel) {
        backend = atBackend;
        model = shortened(askedModel);
    }

    synchronized void firstToken() {
        if (firstToken == null) {
            firstToken = sinceBegin();
        }
    }

    synchronized void costs(Optional<Cost> ofCall) {
        if (ofCall.isEmpty()
                || (cost != null && !cost.currency().equals(ofCall.get().currency()))) {
            costUnknown = true;
        } else {
            cost = cost == null ? ofCall.get() : cost.plus(ofCall.get());
        }
    }

    synchronized void called(CallEnd call) {
        calls++;
        attempts += call.attempts();
        backend = call.backend().isEmpty() ? backend : call.backend();
        model = call.model().isEmpty() ? model : shortened(call.model());
        if (call.total().isPresent()) {
            Spent spent = call.total().get();
            usage = usage == null ? spent.usage() : usage.plus(spent.usage());
            estimated |= spent.certainty() == Certainty.ESTIMATED;
        }
    }

    /** The name of a model is a caller's text of any length. */
    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    }

    private void release() {
        RequestSummary over;
        synchronized (this) {
            End known = end;
            if (--open > 0 || known == null) {
                return;
            }
            over = summary(known);
        }
        whenOver.accept(over);
    }

    private RequestSummary summary(End how) {
        return new RequestSummary(
                time,
                new RequestSummary.Who(requestId, correlationId, key, tenant),
                method,
                route,
                how.status(),
                how.outcome(),
                how.failure(),
                bytesIn,
                how.bytesOut(),
                how.duration(),
                new RequestSummary.Calls(
                        calls,
                        attempts,
                        backend,
                        model,
                        Optional.ofNullable(usage),
                        estimated,
                        costUnknown || usage == null ? Optional.empty() : Optional.ofNullable(cost),
                        Optional.ofNullable(firstToken)));
    }
}
