package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.flow.Timer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange waits for at the moment, how long it may take, and what to say when it takes longer. Waits for the
 * status line, for bytes and for tokens; rests while the caller does not ask. All but {@link #close} is called by one
 * thread at a time.
 */
final class Patience {
    /** After an error's status line, for all of its body: it only makes the message better. */
    static final long ERROR_BODY_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What a later attempt of the same call gets for that at least. */
    private static final long MIN_ERROR_BODY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** After a whole answer without the protocol's end mark, for all that follows: it may be the usage. */
    private static final long AFTERWORD_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** After the protocol's end mark: only the end of the HTTP body is missing. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Wait {
        HEAD,
        BYTES,
        ERROR_BODY,
        AFTERWORD,
        LINGER
    }

    private final Timeouts timeouts;
    private final IdleTimer timer;
    private final Budget errorBodies;
    private final Consumer<LlmException> lost;
    private final Runnable hangUp;

    // Written before the timer is started, which publishes them to its task.
    private Wait wait = Wait.HEAD;
    private @Nullable URI where;
    private boolean sawToken;

    private boolean awaitsToken;
    /** What is left of the time that this phase of the answer may take; spent by waiting only, however bytes come. */
    private final Budget afterword = new Budget(AFTERWORD_NANOS);

    private long waitBegan;

    /** Time that is spent bit by bit. Not thread-safe. */
    static final class Budget {
        private long left;

        Budget(long nanos) {
            left = nanos;
        }
    }

    /**
     * Patience of an exchange.
     *
     * @param totalNanos what it may take from now; 0 for: any time
     * @param errorBodies what all attempts of the call together may wait for the bodies of errors
     * @param lost told when it takes too long
     * @param hangUp closes the exchange after an answer that is complete
     */
    Patience(
            Timer timer,
            Timeouts timeouts,
            long totalNanos,
            Budget errorBodies,
            Consumer<LlmException> lost,
            Runnable hangUp) {
        this.timeouts = timeouts;
        this.errorBodies = errorBodies;
        this.lost = lost;
        this.hangUp = hangUp;
        this.timer = new IdleTimer(timer, totalNanos, this::expired);
    }

    /** The call begins, with the look-up of credentials; nothing but its total timeout is running. */
    void begin() {
        timer.stop();
    }

    /** The request goes out. */
    void awaitHead(URI uri) {
        where = uri;
        wait = Wait.HEAD;
        timer.start(Timer.nanos(timeouts.responseStart()));
    }

    /** The caller wants a token. Without effect while one is awaited already, so bytes without a token gain no time. */
    void awaitToken() {
        if (!awaitsToken && where != null) {
            awaitsToken = true;
            timer.startSpan(Timer.nanos(sawToken ? timeouts.betweenTokens() : timeouts.firstToken()));
        }
    }

    /** Tokens came. */
    void tokenCame() {
        sawToken = true;
        forgetToken();
    }

    /** No token is awaited, as the answer is whole or an error. */
    void forgetToken() {
        awaitsToken = false;
        timer.stopSpan();
    }

    /** More bytes are asked for. */
    void awaitBytes(boolean ofAnError, Decoder.Phase phase) {
        if (!ofAnError && phase == Decoder.Phase.OPEN) {
            wait = Wait.BYTES;
            timer.start(Timer.nanos(timeouts.idle()));
            return;
        }
        if (ofAnError && wait != Wait.ERROR_BODY) {
            errorBodies.left = Math.max(MIN_ERROR_BODY_NANOS, errorBodies.left);
        }
        wait = ofAnError ? Wait.ERROR_BODY : Wait.AFTERWORD;
        waitBegan = timer.now();
        timer.start(Math.max(1, budget().left));
    }

    private Budget budget() {
        return wait == Wait.ERROR_BODY ? errorBodies : afterword;
    }

    /** All that matters is there; the body should end at once. */
    void linger() {
        forgetToken();
        wait = Wait.LINGER;
        timer.start(LINGER_NANOS);
    }

    /** No bytes are waited for. */
    void rest() {
        if (wait == Wait.ERROR_BODY || wait == Wait.AFTERWORD) {
            budget().left -= timer.now() - waitBegan;
        }
        timer.stop();
    }

    /** The exchange is over. */
    void close() {
        timer.close();
    }

    private void expired() {
        if (wait == Wait.LINGER) {
            hangUp.run();
            return;
        }
        lost.accept(new LlmException(Kind.TIMEOUT, sentence(timer.exceeded())));
    }

    private String sentence(IdleTimer.Limit limit) {
        String where = this.where == null ? "the server" : HttpCall.shown(this.where);
        return switch (limit) {
            case CALL ->
                "The call to " + where + " took longer than its total timeout of " + Failures.shown(timeouts.total())
                        + ".";
            case SPAN ->
                sawToken
                        ? "No further token from " + where + " for " + Failures.shown(timeouts.betweenTokens())
                                + " (comments and empty events do not count); if the server is only slow, raise the"
                                + " between-tokens timeout."
                        : "No token from " + where + " within " + Failures.shown(timeouts.firstToken())
                                + " (comments and empty events do not count); if the server is only slow, raise the"
                                + " first-token timeout.";
            case WAIT ->
                wait == Wait.HEAD
                        ? "No answer from " + where + " within " + Failures.shown(timeouts.responseStart())
                                + "; if the server is only slow, raise the response-start timeout."
                        : "No byte from " + where + " for " + Failures.shown(timeouts.idle())
                                + " in the middle of its answer; if the server is only slow, raise the idle timeout.";
        };
    }
}
