package dev.postern.gateway;

import dev.postern.Health;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.flow.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a backend for its health. One whose peer speaks no HTTP, or something else than its protocol, is asked less and less
 * often: on JDK 17 each such call leaves a socket open, and monitors ask every few seconds, for ever. Thread-safe.
 */
final class HealthCheck {
    private static final long FIRST_PAUSE = Duration.ofSeconds(5).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMinutes(5).toNanos();

    private final Timer timer;
    private long pause;
    private long until;
    /** What is told during a pause; null if there is none. */
    private @Nullable Health remembered;

    HealthCheck(Timer timer) {
        this.timer = timer;
    }

    /** The health now, or as it was found at the last time. */
    Health of(LlmProvider provider) {
        Health known = remembered();
        return known == null ? remember(provider.health()) : known;
    }

    private synchronized @Nullable Health remembered() {
        return remembered == null || timer.nanoTime() - until >= 0 ? null : remembered;
    }

    private synchronized Health remember(Health health) {
        if (health.failure().filter(Kind.PROTOCOL::equals).isEmpty()) {
            pause = 0;
            remembered = null;
            return health;
        }
        pause = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
        until = timer.nanoTime() + pause;
        remembered = health;
        return health;
    }
}
