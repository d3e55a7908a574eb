package dev.postern.flow;

import java.lang.System.Logger.Level;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The four signals to a subscriber that others wrote. A subscriber must not throw (Reactive Streams §2.13); one that does,
 * be it an {@link Error}, gets no further item, and whoever calls these methods ends the stream with what was thrown. So
 * nothing is left open or waits for ever because of it.
 */
public final class Signals {
    private Signals() {}

    /** Hands out the subscription. Returns what the subscriber threw, or null. */
    public static @Nullable Throwable subscribe(Flow.Subscriber<?> to, Flow.Subscription subscription) {
        try {
            to.onSubscribe(subscription);
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** Hands out an item. Returns what the subscriber threw, or null. */
    public static <T> @Nullable Throwable next(Flow.Subscriber<? super T> to, T item) {
        try {
            to.onNext(item);
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** Tells the bad end. What the subscriber throws is logged: there is nobody left to tell. */
    public static void error(Flow.Subscriber<?> to, Throwable cause) {
        try {
            to.onError(cause);
        } catch (Throwable thrown) {
            log(to, "onError", thrown);
        }
    }

    /** Tells the good end. What the subscriber throws is logged: there is nobody left to tell. */
    public static void complete(Flow.Subscriber<?> to) {
        try {
            to.onComplete();
        } catch (Throwable thrown) {
            log(to, "onComplete", thrown);
        }
    }

    /** What a subscriber, or the subscription that feeds it, threw when the stream was over already. */
    public static void lost(Flow.Subscriber<?> to, Throwable thrown) {
        log(to, "a signal, or its upstream did, after the stream was over", thrown);
    }

    private static void log(Flow.Subscriber<?> by, String where, Throwable thrown) {
        try {
            System.getLogger("dev.postern.flow")
                    .log(Level.WARNING, "The subscriber " + by.getClass().getName() + " threw in " + where, thrown);
        } catch (Throwable e) {
            // no memory, or a broken logger: the stream's end must not depend on it
        }
    }
}
