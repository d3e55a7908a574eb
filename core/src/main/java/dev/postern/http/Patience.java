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
 * status line and for bytes; rests while the caller does not ask.
 */
final class Patience {
    /** After an error's status line: its body only makes the message better. */
    private static final long ERROR_BODY_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** After a whole answer without the protocol's end mark: the usage may follow. */
    private static final long AFTERWORD_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** After the protocol's end mark: only the end of the HTTP body is missing. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Wait {
        HEAD,
        BYTES,
        LINGER
    }

    private final Timeouts timeouts;
    private final IdleTimer timer;
    private final Consumer<LlmException> lost;
    private final Runnable hangUp;
    // Written before the timer is started, which publishes them to its task.
    private Wait wait = Wait.HEAD;
    private @Nullable URI where;

    /** Patience of a call that may take {@code totalNanos} from now; 0 for: any time. */
    Patience(Timer timer, Timeouts timeouts, long totalNanos, Consumer<LlmException> lost, Runnable hangUp) {
        this.timeouts = timeouts;
        this.lost = lost;
        this.hangUp = hangUp;
        this.timer = new IdleTimer(timer, totalNanos, this::expired);
    }

    /** The request goes out. */
    void awaitHead(URI uri) {
        where = uri;
        wait = Wait.HEAD;
        timer.start(Timer.nanos(timeouts.responseStart()));
    }

    /** More bytes are asked for. */
    void awaitBytes(boolean ofAnError, Decoder.Phase phase) {
        wait = Wait.BYTES;
        long idle = Timer.nanos(timeouts.idle());
        timer.start(ofAnError ? ERROR_BODY_NANOS : phase == Decoder.Phase.OPEN ? idle : AFTERWORD_NANOS);
    }

    /** All that matters is there; the body should end at once. */
    void linger() {
        wait = Wait.LINGER;
        timer.start(LINGER_NANOS);
    }

    /** Nothing is waited for, except the end of the whole call. */
    void rest() {
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
        lost.accept(new LlmException(Kind.TIMEOUT, sentence()));
    }

    private String sentence() {
        String where = this.where == null ? "the server" : HttpCall.shown(this.where);
        if (timer.isLast()) {
            return "The call to " + where + " took longer than its total timeout of " + Failures.shown(timeouts.total())
                    + ".";
        }
        return wait == Wait.HEAD
                ? "No answer from " + where + " within " + Failures.shown(timeouts.responseStart())
                        + "; if the server is only slow, raise the response-start timeout."
                : "No byte from " + where + " for " + Failures.shown(timeouts.idle())
                        + " in the middle of its answer; if the server is only slow, raise the idle timeout.";
    }
}
