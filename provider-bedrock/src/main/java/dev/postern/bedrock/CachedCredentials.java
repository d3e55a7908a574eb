package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches credentials until shortly before they expire. One thread at a time refreshes them. While the cached
 * credentials are valid, all other threads use them without waiting, and they are also used if the refresh fails.
 */
final class CachedCredentials implements AwsCredentialsSource {
    /** How long before the expiration a refresh begins. */
    private static final Duration REFRESH_BEFORE_EXPIRATION = Duration.ofMinutes(5);
    /** The shortest time between two refreshes while the credentials are valid. */
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    /**
     * The cached credentials.
     *
     * @param refreshAt when the next refresh begins
     */
    private record Entry(AwsCredentials credentials, Instant refreshAt) {
        boolean isValid(Instant now) {
            return now.isBefore(credentials.expiration());
        }

        boolean isFresh(Instant now) {
            return isValid(now) && now.isBefore(refreshAt);
        }
    }

    private final Supplier<CredentialsLookup> locations;
    private final Clock clock;
    private final ReentrantLock refreshLock = new ReentrantLock();
    private volatile @Nullable Entry cached;
    private final AtomicInteger refreshes = new AtomicInteger(); // the number of refreshes that have ended
    private @Nullable LlmException failure; // of the last refresh; guarded by refreshLock

    /**
     * Creates an empty cache.
     *
     * @param locations looks up credentials; throws if there are none
     */
    CachedCredentials(Supplier<CredentialsLookup> locations, Clock clock) {
        this.locations = locations;
        this.clock = clock;
    }

    @Override
    public AwsCredentials credentials() {
        int before = refreshes.get();
        Entry current = cached;
        Instant now = clock.instant();
        if (current != null && current.isFresh(now)) {
            return current.credentials;
        }
        if (current == null || !current.isValid(now)) {
            try {
                refreshLock.lockInterruptibly();
            } catch (InterruptedException e) {
                throw CredentialsLocation.interrupted(e);
            }
        } else if (!refreshLock.tryLock()) {
            return current.credentials;
        }
        try {
            return refreshes.get() == before ? refresh() : resultOfOtherThread();
        } finally {
            refreshLock.unlock();
        }
    }

    /**
     * The result of the refresh that another thread made while this one waited for the lock. Without this, each waiting
     * thread would make its own refresh, one after the other.
     */
    private AwsCredentials resultOfOtherThread() {
        LlmException failed = failure;
        if (failed != null) {
            throw failed.toBuilder().build();
        }
        Entry current = cached;
        return current != null && current.isValid(clock.instant()) ? current.credentials : refresh();
    }

    private AwsCredentials refresh() {
        Entry current = cached;
        Instant now = clock.instant();
        failure = null;
        try {
            Entry next = entry(locations.get(), now);
            cached = next;
            return next.credentials;
        } catch (RuntimeException e) {
            if (current == null || !current.isValid(now)) {
                // Other threads must not fail because this thread was interrupted.
                failure = e instanceof LlmException known && known.kind() != Kind.CANCELLED ? known : null;
                throw e;
            }
            System.getLogger("dev.postern.bedrock")
                    .log(
                            Level.WARNING,
                            () -> "the AWS credentials were not refreshed; the cached ones are valid until "
                                    + current.credentials.expiration() + ": " + e.getMessage());
            cached = new Entry(current.credentials, now.plus(MIN_INTERVAL));
            return current.credentials;
        } finally {
            refreshes.incrementAndGet();
        }
    }

    private static Entry entry(CredentialsLookup found, Instant now) {
        AwsCredentials credentials = found.credentials();
        if (credentials == null) {
            throw new IllegalStateException("no credentials and no exception");
        }
        Instant earliest = now.plus(MIN_INTERVAL);
        Instant refreshAt = credentials.expiration();
        if (found.cheap()) {
            refreshAt = earliest;
        } else if (!refreshAt.equals(Instant.MAX)) {
            Instant ahead = refreshAt.minus(REFRESH_BEFORE_EXPIRATION);
            refreshAt = ahead.isBefore(earliest) ? earliest : ahead;
        }
        return new Entry(credentials, refreshAt);
    }
}
