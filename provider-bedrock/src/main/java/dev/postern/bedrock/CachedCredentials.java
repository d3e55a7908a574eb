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
 * Keeps credentials until shortly before they expire. One thread at a time looks for new ones, and as long as the old
 * ones are good, all others go on with those; so does the one that looked in vain.
 */
final class CachedCredentials implements AwsCredentialsSource {
    /** Before the expiration, when new ones are looked for. */
    private static final Duration AHEAD = Duration.ofMinutes(5);
    /** Between two looks, while there are good ones. */
    private static final Duration REST = Duration.ofMinutes(1);

    /** @param lookAgain from when on new ones are looked for */
    private record Kept(AwsCredentials credentials, Instant lookAgain) {
        boolean isGood(Instant now) {
            return now.isBefore(credentials.expiration());
        }

        boolean isFresh(Instant now) {
            return isGood(now) && now.isBefore(lookAgain);
        }
    }

    private final Supplier<Found> places;
    private final Clock clock;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Kept kept;
    private final AtomicInteger looks = new AtomicInteger(); // those that are over
    private @Nullable LlmException failure; // of the last look; guarded by looking

    /**
     * A cache.
     *
     * @param places finds credentials, or throws
     */
    CachedCredentials(Supplier<Found> places, Clock clock) {
        this.places = places;
        this.clock = clock;
    }

    @Override
    public AwsCredentials credentials() {
        int before = looks.get();
        Kept current = kept;
        Instant now = clock.instant();
        if (current != null && current.isFresh(now)) {
            return current.credentials;
        }
        if (current == null || !current.isGood(now)) {
            try {
                looking.lockInterruptibly();
            } catch (InterruptedException e) {
                throw CredentialsPlace.interrupted(e);
            }
        } else if (!looking.tryLock()) {
            return current.credentials;
        }
        try {
            return looks.get() == before ? look() : lookedMeanwhile();
        } finally {
            looking.unlock();
        }
    }

    /** Another thread looked while this one waited, and what it saw holds for both: else a hundred would wait in line. */
    private AwsCredentials lookedMeanwhile() {
        LlmException failed = failure;
        if (failed != null) {
            throw failed.toBuilder().build();
        }
        Kept current = kept;
        return current != null && current.isGood(clock.instant()) ? current.credentials : look();
    }

    private AwsCredentials look() {
        Kept current = kept;
        Instant now = clock.instant();
        failure = null;
        try {
            Kept next = kept(places.get(), now);
            kept = next;
            return next.credentials;
        } catch (RuntimeException e) {
            if (current == null || !current.isGood(now)) {
                // an interrupt is for the one thread that it hit
                failure = e instanceof LlmException known && known.kind() != Kind.CANCELLED ? known : null;
                throw e;
            }
            System.getLogger("dev.postern.bedrock")
                    .log(
                            Level.WARNING,
                            () -> "the AWS credentials were not renewed; those at hand hold until "
                                    + current.credentials.expiration() + ": " + e.getMessage());
            kept = new Kept(current.credentials, now.plus(REST));
            return current.credentials;
        } finally {
            looks.incrementAndGet();
        }
    }

    private static Kept kept(Found found, Instant now) {
        AwsCredentials credentials = found.credentials();
        if (credentials == null) {
            throw new IllegalStateException("no credentials and no exception");
        }
        Instant rested = now.plus(REST);
        Instant lookAgain = credentials.expiration();
        if (found.cheap()) {
            lookAgain = rested;
        } else if (!lookAgain.equals(Instant.MAX)) {
            Instant ahead = lookAgain.minus(AHEAD);
            lookAgain = ahead.isBefore(rested) ? rested : ahead;
        }
        return new Kept(credentials, lookAgain);
    }
}
