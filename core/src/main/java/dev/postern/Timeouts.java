package dev.postern;

import java.time.Duration;

/**
 * Six timeouts of a call. {@link Duration#ZERO} means no limit. If one is exceeded, the call fails with an {@link
 * LlmException} of kind {@link LlmException.Kind#TIMEOUT} whose message names the timeout.
 *
 * <p>The default total is none, because a long stream is legitimate; the other limits detect a dead server.
 *
 * @param connect for the connection, TLS included; default 10 seconds. It belongs to the client, so a request cannot
 *     change it
 * @param responseStart from sending the request to the status line; default 10 minutes, because without streaming the status
 *     line comes after the whole answer was generated, and a busy server queues requests
 * @param idle between two bytes of the answer while the caller wants more; default 5 minutes. Keep-alive comments count
 *     as bytes
 * @param firstToken from sending the request to the first content, reasoning or tool event of a stream; default 10
 *     minutes. Comments and empty events do not count. A whole answer has no such limit
 * @param betweenTokens between two such events of a stream; default 5 minutes
 * @param total for the whole call with all its retries; default none
 */
public record Timeouts(
        Duration connect,
        Duration responseStart,
        Duration idle,
        Duration firstToken,
        Duration betweenTokens,
        Duration total) {

    private static final Timeouts DEFAULTS = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(5),
            Duration.ZERO);

    /** Refuses negative durations. */
    public Timeouts {
        check("connect", connect);
        check("response_start", responseStart);
        check("idle", idle);
        check("first_token", firstToken);
        check("between_tokens", betweenTokens);
        check("total", total);
    }

    /** The defaults. */
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /** These timeouts with another {@link #connect()}. */
    public Timeouts withConnect(Duration limit) {
        return with(0, limit);
    }

    /** These timeouts with another {@link #responseStart()}. */
    public Timeouts withResponseStart(Duration limit) {
        return with(1, limit);
    }

    /** These timeouts with another {@link #idle()}. */
    public Timeouts withIdle(Duration limit) {
        return with(2, limit);
    }

    /** These timeouts with another {@link #firstToken()}. */
    public Timeouts withFirstToken(Duration limit) {
        return with(3, limit);
    }

    /** These timeouts with another {@link #betweenTokens()}. */
    public Timeouts withBetweenTokens(Duration limit) {
        return with(4, limit);
    }

    /** These timeouts with another {@link #total()}. */
    public Timeouts withTotal(Duration limit) {
        return with(5, limit);
    }

    /** These timeouts with another value of the component at this index: six of one type are easily swapped. */
    private Timeouts with(int index, Duration limit) {
        Duration[] all = {connect, responseStart, idle, firstToken, betweenTokens, total};
        all[index] = limit;
        return new Timeouts(all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    private static void check(String name, Duration limit) {
        if (limit.isNegative()) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "timeouts." + name + ": must not be negative, but is " + limit);
        }
    }
}
