package dev.postern;

import java.time.Duration;

/**
 * How long to wait, for four different things. {@link Duration#ZERO} means: no limit.
 *
 * <p>The default total is none, because a stream may rightly take an hour; the others make sure that a dead server is
 * noticed all the same.
 *
 * @param connect for the connection, TLS included; default 10 seconds. It belongs to the client, so a request cannot
 *     change it
 * @param responseStart from sending the request to the status line; default 10 minutes, because a server without
 *     streaming thinks first and then answers, and a busy one queues
 * @param idle between two bytes of the answer while the caller wants more; default 5 minutes. Keep-alive comments count
 *     as life, and the time in which the caller does not ask is not counted
 * @param total for the whole call with all its retries; default none
 */
public record Timeouts(Duration connect, Duration responseStart, Duration idle, Duration total) {

    private static final Timeouts DEFAULTS =
            new Timeouts(Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ZERO);

    /** Refuses negative durations. */
    public Timeouts {
        check("connect", connect);
        check("response_start", responseStart);
        check("idle", idle);
        check("total", total);
    }

    /** The defaults. */
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /** These, with another {@link #connect()}. */
    public Timeouts withConnect(Duration limit) {
        return new Timeouts(limit, responseStart, idle, total);
    }

    /** These, with another {@link #responseStart()}. */
    public Timeouts withResponseStart(Duration limit) {
        return new Timeouts(connect, limit, idle, total);
    }

    /** These, with another {@link #idle()}. */
    public Timeouts withIdle(Duration limit) {
        return new Timeouts(connect, responseStart, limit, total);
    }

    /** These, with another {@link #total()}. */
    public Timeouts withTotal(Duration limit) {
        return new Timeouts(connect, responseStart, idle, limit);
    }

    private static void check(String name, Duration limit) {
        if (limit.isNegative()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "timeouts." + name + ": must not be negative, but is " + limit);
        }
    }
}
