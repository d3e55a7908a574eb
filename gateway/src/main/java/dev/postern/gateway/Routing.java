package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.flow.Timer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * One configuration of a gateway: what its names stand for, and who stands in for whom. It does not change; a reload puts
 * another in its place. It counts the calls that use it, so that it is closed after the last of them.
 */
final class Routing {
    private static final Logger LOG = System.getLogger("dev.postern.gateway");
    /** Added to the number of calls once no further ones are let in: makes it negative. */
    private static final int RETIRED = Integer.MIN_VALUE;

    private final Map<String, Target> targets;
    private final String defaultName;
    private final Fallbacks fallbacks;
    private final Duration totalTimeout;
    private final Listeners listeners;
    private final Timer timer;
    private final DoubleSupplier random;
    private final List<AutoCloseable> owned;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    Routing(
            Map<String, Target> targets,
            String defaultName,
            Fallbacks fallbacks,
            Duration totalTimeout,
            Listeners listeners,
            Timer timer,
            DoubleSupplier random,
            List<AutoCloseable> owned) {
        this.targets = targets;
        this.defaultName = defaultName;
        this.fallbacks = fallbacks;
        this.totalTimeout = totalTimeout;
        this.listeners = listeners;
        this.timer = timer;
        this.random = random;
        this.owned = List.copyOf(owned);
    }

    /** A call begins; false if it must begin with another configuration. One that began must {@link #leave}. */
    boolean enter() {
        for (int now; (now = calls.get()) >= 0; ) {
            if (calls.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void leave() {
        if (calls.decrementAndGet() == RETIRED) {
            close();
        }
    }

    /** Lets no further calls in; closes when the last one has left. */
    void retire() {
        if (calls.getAndUpdate(now -> now < 0 ? now : now + RETIRED) == 0) {
            close();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Closes all that it owns, whether calls are running or not. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            for (AutoCloseable each : owned) {
                try {
                    each.close();
                } catch (Exception e) {
                    LOG.log(Level.WARNING, "a backend did not close", e);
                }
            }
            targets.values()
                    .forEach(target -> target.members()
                            .forEach(member -> member.backend().gate().open()));
        }
    }

    /**
     * What a name stands for; the empty name is the default.
     *
     * @throws LlmException of kind {@link Kind#INVALID_REQUEST} that lists the known names
     */
    Target target(String name) {
        Target target = targets.get(name.isEmpty() ? defaultName : name);
        if (target == null) {
            throw new LlmException(
                    Kind.INVALID_REQUEST,
                    "Unknown llm provider '" + name + "'. Available: " + String.join(", ", names()) + ".");
        }
        return target;
    }

    List<String> names() {
        return new ArrayList<>(targets.keySet());
    }

    String defaultName() {
        return defaultName;
    }

    Fallbacks fallbacks() {
        return fallbacks;
    }

    /** How long a call may take; zero for any time. The request may say less than the gateway, but not more. */
    Duration limitOf(CompletionRequest request) {
        Duration own = request.options().timeouts().map(Timeouts::total).orElse(Duration.ZERO);
        return totalTimeout.isZero() || (!own.isZero() && own.compareTo(totalTimeout) < 0) ? own : totalTimeout;
    }

    /** Whether that is the gateway's patience rather than the caller's. */
    boolean isOurs(Duration limit) {
        return limit.equals(totalTimeout);
    }

    Listeners listeners() {
        return listeners;
    }

    Timer timer() {
        return timer;
    }

    DoubleSupplier random() {
        return random;
    }
}
