package dev.postern.server.access;

import com.nimbusds.jose.jwk.JWKSet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an issuer. A token that comes when they are older than five minutes makes them be read again; it waits for them if they are
 * older than ten, so that a withdrawn key is not used after a quiet time. A token that names a key that is not among them makes
 * them be read at most every 30 seconds: who makes up names of keys cannot make the gateway ask the issuer often. If they cannot be
 * read, those before are used while they are valid. Thread-safe; does not block.
 */
final class JwkCache {
    static final Duration REFRESH = Duration.ofMinutes(5);
    /** From this age on a token waits for newer keys. */
    private static final Duration OLD = REFRESH.multipliedBy(2);

    private static final Duration PAUSE = Duration.ofSeconds(30);
    /** Between two attempts while there are no valid keys. */
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(5);

    private static final Logger LOGGER = System.getLogger("dev.postern.server");

    private final Supplier<CompletionStage<JWKSet>> source;
    private final Duration valid;
    private final LongSupplier nanoTime;

    private final Object lock = new Object();
    // Guarded by the lock; the source is asked outside of it.
    private @Nullable JWKSet keys;
    private long read;
    private boolean tried;
    private long lastTry;
    private @Nullable CompletableFuture<JWKSet> running;

    /**
     * Creates a cache, which is empty.
     *
     * @param source reads the keys
     * @param valid how long keys are used if they cannot be read again
     * @param nanoTime the time, as by {@link System#nanoTime}
     */
    JwkCache(Supplier<CompletionStage<JWKSet>> source, Duration valid, LongSupplier nanoTime) {
        this.source = source;
        this.valid = valid;
        this.nanoTime = nanoTime;
    }

    /** The keys. The stage fails if there are none, or none that are valid still. */
    CompletionStage<JWKSet> get() {
        long now = nanoTime.getAsLong();
        JWKSet known;
        boolean isValid;
        long age;
        synchronized (lock) {
            known = keys;
            age = now - read;
            isValid = known != null && age < valid.toNanos();
        }
        if (!isValid) {
            return refresh(now, SHORT_PAUSE);
        }
        if (age < REFRESH.toNanos()) {
            return CompletableFuture.completedStage(known);
        }
        CompletionStage<JWKSet> newer = refresh(now, PAUSE);
        return age >= OLD.toNanos() ? newer : CompletableFuture.completedStage(known);
    }

    /** The keys after they were read again, unless that was tried just now: a token names a key that is not among them. */
    CompletionStage<JWKSet> newer() {
        return refresh(nanoTime.getAsLong(), PAUSE);
    }

    private CompletionStage<JWKSet> refresh(long now, Duration pause) {
        CompletableFuture<JWKSet> mine;
        synchronized (lock) {
            if (running != null) {
                return running;
            }
            if (tried && now - lastTry < pause.toNanos()) {
                return keys != null && now - read < valid.toNanos()
                        ? CompletableFuture.completedStage(keys)
                        : CompletableFuture.failedStage(new IllegalStateException("there are no keys"));
            }
            tried = true;
            lastTry = now;
            mine = new CompletableFuture<>();
            running = mine;
        }
        CompletionStage<JWKSet> answer;
        try {
            answer = source.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        answer.whenComplete((given, thrown) -> ended(mine, given, thrown));
        return mine;
    }

    private void ended(CompletableFuture<JWKSet> mine, @Nullable JWKSet given, @Nullable Throwable thrown) {
        JWKSet known;
        synchronized (lock) {
            running = null;
            if (given != null) {
                keys = given;
                read = nanoTime.getAsLong();
            }
            known = keys != null && nanoTime.getAsLong() - read < valid.toNanos() ? keys : null;
        }
        if (given == null) {
            LOGGER.log(
                    Level.WARNING,
                    "The keys of the issuer of tokens cannot be read; "
                            + (known == null ? "no token is accepted." : "those that were read before are used."),
                    thrown);
        }
        if (known != null) {
            mine.complete(known);
        } else {
            mine.completeExceptionally(thrown == null ? new IllegalStateException("the source gave no keys") : thrown);
        }
    }
}
