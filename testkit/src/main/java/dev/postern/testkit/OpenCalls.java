package dev.postern.testkit;

import dev.postern.call.CallListener;
import java.time.Duration;

/**
 * A listener that waits until calls have ended. Whoever makes a call may have the answer before the listeners are told the end, so a test
 * of what another listener has recorded waits first.
 *
 * <pre>{@code
 * OpenCalls calls = new OpenCalls();
 * Instrumentation with = Instrumentation.builder().listener(recording).listener(calls).build(); // the last one is told last
 * with.around(llm).completions(request);
 * calls.awaitEnds();
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class OpenCalls implements CallListener {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private int open; // guarded by this

    /** A listener that has seen no call. */
    public OpenCalls() {}

    @Override
    public CallWatch begin(CallStart call) {
        change(1);
        return new CallWatch() {
            @Override
            public void end(CallEnd end) {
                change(-1);
            }
        };
    }

    private synchronized void change(int by) {
        open += by;
        notifyAll();
    }

    /**
     * Waits until all calls that have begun have ended.
     *
     * @throws AssertionError if one has not ended after 30 seconds, or if the thread is interrupted
     */
    public synchronized void awaitEnds() {
        Waits.until(this, LIMIT, () -> open == 0, () -> "the end of all calls; open: " + open);
    }
}
