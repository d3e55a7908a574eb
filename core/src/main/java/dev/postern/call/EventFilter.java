package dev.postern.call;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.call.CallListener.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes the events of one answer, and may change, add, hold back or drop some. An {@link Interceptor} makes one for each answer. Its
 * methods are never called by two threads at once, and each sees what the one before wrote, so plain fields are safe. Demand and
 * cancellation are the library's work: a filter that holds events back is given more of them, one after the other.
 *
 * <p>The events that leave a filter must be in the order of {@link StreamEvent}; else the call fails, with the name of the interceptor.
 * What a filter throws ends the call with a failure, too. A whole answer passes as its events.
 */
public interface EventFilter {

    /**
     * Called once, first, when the request goes on to what is inside. Not called if the decision came too late, so that nothing is sent.
     */
    default void onOpen() {}

    /** The next event. Emits none, one or several; this default emits the event itself. */
    default void onEvent(StreamEvent event, Output out) {
        out.emit(event);
    }

    /**
     * The answer has ended. What is emitted here is delivered before the end.
     *
     * @param failure the failure of the answer; null if it is whole
     */
    default void onEnd(@Nullable LlmException failure, Output out) {}

    /** The time of {@link Output#wakeAfter} is over. */
    default void onWake(Output out) {}

    /**
     * Called exactly once, last, before the caller is told the end, also if the caller cancelled or nothing was sent. Give back here
     * what {@link Interceptor#begin} took.
     *
     * @param failure the failure that the caller receives; null if there is none
     */
    default void onClose(Outcome outcome, @Nullable LlmException failure) {}

    /**
     * Receives what a filter emits. Valid during the callback that received it, on its thread; else its methods throw {@link
     * IllegalStateException}.
     */
    interface Output {
        /** Delivers an event, when the caller wants one. */
        void emit(StreamEvent event);

        /**
         * Waits for a stage, then calls {@code then} with its value. It is the last action of a callback: no event is handed in, and
         * none is read from the server, until {@code then} has run. The stage is cancelled if the caller cancels. If it fails, the
         * call fails; it also fails if the stage is not complete after {@link Interceptor#waitLimit}.
         */
        <T extends @Nullable Object> void await(CompletionStage<T> stage, Consumer<? super T> then);

        /**
         * Ends the answer with this failure, after what was emitted, and cancels the request. It counts as a refusal of the
         * application: it is not retried, and no backend is blamed for it. If nothing was emitted and the failure has {@link
         * LlmException#fallbackAllowed}, a gateway outside of the interceptor asks another backend.
         */
        void fail(LlmException why);

        /** Ends the answer here, after what was emitted, and cancels the request. The last events must be those of an end. */
        void complete();

        /** Has {@link EventFilter#onWake} called after this time, unless an event or the end comes before. */
        void wakeAfter(Duration delay);
    }
}
