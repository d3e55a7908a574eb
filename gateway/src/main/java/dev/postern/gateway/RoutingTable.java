package dev.postern.gateway;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.call.Instrumentation;
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
 * One configuration of a gateway: names, backends, groups and fallbacks. It does not change; a reload replaces it. It
 * counts the calls that use it, and closes its backends after the last one.
 */
final class RoutingTable {
    private static final Logger LOG = System.getLogger("dev.postern.gateway");
    /** Added to the number of calls when no further calls are admitted; it makes the number negative. */
    private static final int RETIRED = Integer.MIN_VALUE;

    private final Map<String, Target> targets;
    private final String defaultName;
    private final Fallbacks fallbacks;
    private final Duration totalTimeout;
    private final Listeners listeners;
    private final Instrumentation instrumentation;
    private final Timer timer;
    private final DoubleSupplier random;
    private final List<AutoCloseable> owned;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Stands for this table where the table itself would keep its backends in memory. */
    private final Object identity = new Object();

    RoutingTable(
            Map<String, Target> targets,
            String defaultName,
            Fallbacks fallbacks,
            Duration totalTimeout,
            Listeners listeners,
            Instrumentation instrumentation,
            Timer timer,
            DoubleSupplier random,
            List<AutoCloseable> owned) {
        this.targets = targets;
        this.defaultName = defaultName;
        this.fallbacks = fallbacks;
        this.totalTimeout = totalTimeout;
        this.listeners = listeners;
        this.instrumentation = instrumentation;
        this.timer = timer;
        this.random = random;
        this.owned = List.copyOf(owned);
    }

    /** Registers a call, which must {@link #leave} later; false if this configuration was replaced. */
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

    /** Admits no further calls, and closes when the last one has left. */
    void retire() {
        if (calls.getAndUpdate(now -> now < 0 ? now : now + RETIRED) == 0) {
            close();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes all resources of this configuration, even while calls are running. If one of them fails to close, the failure is
     * logged and not thrown: the other resources must be closed too, and neither a reload that has succeeded nor the last
     * call, which may close this configuration, must fail for that reason.
     */
    void close() {
        if (closed.compareAndSet(false, true)) {
            owned.forEach(RoutingTable::closeQuietly);
            for (Target target : targets.values()) {
                for (Target.Member member : target.members()) {
                    closeQuietly(member.backend().limiter()::disable);
                }
            }
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception | Error e) {
            LOG.log(Level.WARNING, "a backend failed to close", e);
        }
    }

    /**
     * The backend or group of this name; the empty name means the default.
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

    Object identity() {
        return identity;
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

    /**
     * The total timeout of a call; zero for none. A request can shorten the timeout of the gateway, but not extend
     * it.
     */
    Duration limitOf(CompletionRequest request) {
        Duration own = request.options().timeouts().map(Timeouts::total).orElse(Duration.ZERO);
        return totalTimeout.isZero() || (!own.isZero() && own.compareTo(totalTimeout) < 0) ? own : totalTimeout;
    }

    /** What sees and changes the calls. */
    Instrumentation instrumentation() {
        return instrumentation;
    }

    /** Whether this is the total timeout of the gateway rather than of the request. */
    boolean isGatewayTimeout(Duration limit) {
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
