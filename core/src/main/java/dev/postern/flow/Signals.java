package dev.postern.flow;

import java.lang.System.Logger.Level;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Calls the four methods of a subscriber of the application. A subscriber must not throw (Reactive Streams §2.13). If
 * it does, even an {@link Error}, the caller of these methods ends the stream with what was thrown, so that no exchange
 * stays open and no caller waits without end.
 */
public final class Signals {
    private Signals() {}

    /** Calls {@code onSubscribe}. Returns what the subscriber threw, or null. */
    public static @Nullable Throwable subscribe(Flow.Subscriber<?> to, Flow.Subscription subscription) {
        try {
            to.onSubscribe(subscription);
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** Calls {@code onNext}. Returns what the subscriber threw, or null. */
    public static <T> @Nullable Throwable next(Flow.Subscriber<? super T> to, T item) {
        try {
            to.onNext(item);
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** Calls {@code onError}. What the subscriber throws is logged, as it cannot be reported to it any more. */
    public static void error(Flow.Subscriber<?> to, Throwable cause) {
        try {
            to.onError(cause);
        } catch (Throwable thrown) {
            log(to, "onError", thrown);
        }
    }

    /** Calls {@code onComplete}. What the subscriber throws is logged, as it cannot be reported to it any more. */
    public static void complete(Flow.Subscriber<?> to) {
        try {
            to.onComplete();
        } catch (Throwable thrown) {
            log(to, "onComplete", thrown);
        }
    }

    /** Logs what a subscriber, or the subscription of its upstream, threw after the end of the stream. */
    public static void lost(Flow.Subscriber<?> to, Throwable thrown) {
        log(to, "a signal, or its upstream did, after the stream was over", thrown);
    }

    private static void log(Flow.Subscriber<?> by, String where, Throwable thrown) {
        try {
            System.getLogger("dev.postern.flow")
                    .log(Level.WARNING, "The subscriber " + by.getClass().getName() + " threw in " + where, thrown);
        } catch (Throwable e) {
            // there is no memory, or the logger is broken; the end of the stream must not depend on it
        }
    }
}
