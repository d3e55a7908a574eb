package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Timeouts;
import dev.postern.flow.Timer;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of one exchange: what it waits for, how long that may take, and the failure when it takes longer. It
 * may wait for the status line, for bytes and for tokens. While the subscriber requests nothing, it waits for nothing.
 * All methods except {@link #close} are called by one thread at a time.
 */
final class ExchangeTimeouts implements Runnable {
    /** The limit for the whole body of an error, which only improves the message. */
    static final long ERROR_BODY_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** The least time that a later attempt of the same call has for the body of an error. */
    private static final long MIN_ERROR_BODY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** The limit for everything between a complete answer and the end mark of the protocol, such as the usage. */
    private static final long AFTER_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** The limit between the end mark of the protocol and the end of the HTTP body. */
    private static final long END_OF_BODY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Wait {
        HEAD,
        BYTES,
        ERROR_BODY,
        AFTER_ANSWER,
        END_OF_BODY
    }

    private final Timeouts timeouts;
    private final LimitTimer timer;
    private final AtomicLong errorBodies;
    private final boolean isDeadline;
    private final Consumer<LlmException> onTimeout;
    private final Runnable close;

    // Written before the timer is started, which publishes them to its task.
    private Wait wait = Wait.HEAD;
    private @Nullable URI where;
    private boolean sawToken;

    private boolean awaitsToken;
    /** The rest of the time for this phase. Only waiting uses it up, in however many pieces the bytes come. */
    private final AtomicLong afterAnswer = new AtomicLong(AFTER_ANSWER_NANOS);

    private long waitBegan;

    /**
     * Creates the limits of one exchange.
     *
     * @param total the limits that all attempts of the call share
     * @param onTimeout gets the failure when a limit is exceeded
     * @param close closes the exchange after an answer that is complete
     */
    ExchangeTimeouts(
            Timer timer,
            Timeouts timeouts,
            DecodedStream.Limits total,
            Consumer<LlmException> onTimeout,
            Runnable close) {
        this.timeouts = timeouts;
        this.errorBodies = total.errorBodies();
        this.isDeadline = total.isDeadline();
        this.onTimeout = onTimeout;
        this.close = close;
        this.timer = new LimitTimer(timer, total.totalNanos(), this);
    }

    /** The call begins with the look-up of credentials. Only the total timeout runs. */
    void begin() {
        timer.stop();
    }

    /** The request is sent: waits for the status line. */
    void awaitHead(URI uri) {
        where = uri;
        wait = Wait.HEAD;
        timer.start(Timer.nanos(timeouts.responseStart()));
    }

    /** Waits for a token. Without effect while one is awaited, so bytes without a token do not extend the time. */
    void awaitToken() {
        if (!awaitsToken && where != null) {
            awaitsToken = true;
            timer.startSpan(Timer.nanos(sawToken ? timeouts.betweenTokens() : timeouts.firstToken()));
        }
    }

    /** Tokens were received. */
    void tokenReceived() {
        sawToken = true;
        stopAwaitingToken();
    }

    /** No token is awaited, because the answer is whole or an error. */
    void stopAwaitingToken() {
        awaitsToken = false;
        timer.stopSpan();
    }

    /** Waits for more bytes. */
    void awaitBytes(boolean isError, Decoder.Phase phase) {
        if (!isError && phase == Decoder.Phase.OPEN) {
            wait = Wait.BYTES;
            timer.start(Timer.nanos(timeouts.idle()));
            return;
        }
        if (isError && wait != Wait.ERROR_BODY) {
            errorBodies.set(Math.max(MIN_ERROR_BODY_NANOS, errorBodies.get()));
        }
        wait = isError ? Wait.ERROR_BODY : Wait.AFTER_ANSWER;
        waitBegan = timer.now();
        timer.start(Math.max(1, timeLeft().get()));
    }

    private AtomicLong timeLeft() {
        return wait == Wait.ERROR_BODY ? errorBodies : afterAnswer;
    }

    /** The answer is complete: waits for the end of the body. */
    void awaitEndOfBody() {
        stopAwaitingToken();
        wait = Wait.END_OF_BODY;
        timer.start(END_OF_BODY_NANOS);
    }

    /** No bytes are awaited. */
    void stopWaiting() {
        if (wait == Wait.ERROR_BODY || wait == Wait.AFTER_ANSWER) {
            timeLeft().addAndGet(waitBegan - timer.now());
        }
        timer.stop();
    }

    /** The exchange is over. */
    void close() {
        timer.close();
    }

    /** A limit is exceeded. */
    @Override
    public void run() {
        if (wait == Wait.END_OF_BODY) {
            close.run();
            return;
        }
        onTimeout.accept(new LlmException(Kind.TIMEOUT, sentence()));
    }

    /** Of several limits that are exceeded, the one of the call counts, then the one of the wait. */
    private String sentence() {
        String from = where == null ? "the server" : HttpCall.shown(where);
        if (timer.isCallOver()) {
            return "The call to " + from + " took longer than "
                    + (isDeadline
                            ? "the deadline of its context allows."
                            : "its total timeout of " + Failures.shown(timeouts.total()) + ".");
        }
        if (!timer.isWaitOver()) {
            String ignored = " (comments and empty events do not count)";
            return sawToken
                    ? "No further token from " + from + " for " + Failures.shown(timeouts.betweenTokens()) + ignored
                            + remedy("between-tokens")
                    : "No token from " + from + " within " + Failures.shown(timeouts.firstToken()) + ignored
                            + remedy("first-token");
        }
        return wait == Wait.HEAD
                ? "No answer from " + from + " within " + Failures.shown(timeouts.responseStart())
                        + remedy("response-start")
                : "No byte from " + from + " for " + Failures.shown(timeouts.idle()) + " in the middle of its answer"
                        + remedy("idle");
    }

    private static String remedy(String timeout) {
        return "; if the server is only slow, raise the " + timeout + " timeout.";
    }
}
