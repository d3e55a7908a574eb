package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits health checks of a peer that does not speak HTTP. The JDK's client up to 17 leaks a socket with each call to
 * such a peer, so frequent probes would use up all file descriptors. After a probe that failed in this way, further
 * probes fail with the same exception and without a connection: for 10 seconds at first, twice as long after each
 * further failure, at most for 5 minutes. Any other result ends this. Thread-safe.
 */
public final class ProbeBackoff {
    private static final long FIRST_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();

    private final LongSupplier clock;
    private @Nullable LlmException last;
    private long since;
    private long length;

    /** Creates the backoff of one peer. */
    public ProbeBackoff() {
        this(System::nanoTime);
    }

    ProbeBackoff(LongSupplier clock) {
        this.clock = clock;
    }

    /** Sends the probe and returns its answer. If it is too early, the future fails with the failure of the probe before. */
    public <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> probe) {
        LlmException before = tooEarly();
        if (before != null) {
            return CompletableFuture.failedFuture(before);
        }
        return probe.get().whenComplete((answer, thrown) -> note(thrown == null ? null : LlmException.of(thrown)));
    }

    private synchronized @Nullable LlmException tooEarly() {
        return last != null && clock.getAsLong() - since < length ? last : null;
    }

    private synchronized void note(@Nullable LlmException failure) {
        boolean noHttp = failure != null && speaksNoHttp(failure);
        last = noHttp ? failure : null;
        length = !noHttp ? 0 : length == 0 ? FIRST_NANOS : Math.min(length * 2, LONGEST_NANOS);
        since = clock.getAsLong();
    }

    private static boolean speaksNoHttp(LlmException failure) {
        boolean unreadable = false;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) { // blocking calls wrap the failure
            unreadable |= cause instanceof ProtocolException;
            cause = cause.getCause();
        }
        return unreadable && failure.kind() == Kind.PROTOCOL;
    }
}
