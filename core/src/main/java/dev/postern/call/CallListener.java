package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Usage;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees calls and their attempts, for logs, metrics, traces and bills. It changes nothing.
 *
 * <pre>{@code
 * CallListener log = call -> new CallWatch() {
 *     public void end(CallEnd end) {
 *         System.out.println(call.callId() + " " + end.outcome() + " after " + end.attempts() + " attempts: " + end.total());
 *     }
 * };
 * LlmProvider llm = Instrumentation.builder().listener(log).build().around(provider);
 * }</pre>
 *
 * <p>For each call, {@link #begin} returns an object that is told the rest. The state of a call belongs into that object. The order is:
 * {@code begin}, then for each attempt {@code attempt}, {@code head}, {@code firstToken}, {@code end}, and last the {@code end} of the
 * call, exactly once. An attempt that is open when the call ends, ends first, as {@link Outcome#CANCELLED}.
 *
 * <p><b>Threads.</b> {@code begin} runs on the thread that asks for a whole answer or subscribes to a stream, {@code attempt} on the one
 * that starts the attempt. Nothing runs on the selector thread of the HTTP client; there, a thread of the pool takes its place. What one object is told, and its attempts, comes one at a time, with a
 * happens-before relation, so plain fields are safe. A callback may block; that can delay this call, and no other one. It must not wait
 * for the call itself. Times are measured when something happens, not when it is told.
 *
 * <p>An exception of a listener is logged, at most once a minute for each listener, and has no other effect. A listener that is
 * registered at several places is told once for each call. Several calls run at once, so the listener itself must be thread-safe.
 */
@FunctionalInterface
public interface CallListener {

    /** A call begins. Returns the object that is told what follows; {@link CallWatch#NONE} for nothing. */
    CallWatch begin(CallStart call);

    /**
     * A call that begins. If a listener makes a call with this request or one of these contexts, that is a call of its own, with this one
     * as its {@link CallContext#parent}; the listener is told about it, too.
     */
    interface CallStart {
        /** The id of this call. All attempts, at all backends, belong to it. */
        String callId();

        /** The request of the caller. */
        CompletionRequest request();

        /** The context of the request, with the attributes that were added by {@link #carry}. */
        CallContext context();

        /** The name of the provider or gateway that is called. */
        String provider();

        /** Whether the caller receives events rather than the whole answer. */
        boolean streaming();

        /**
         * Adds an attribute to the context of everything below this call: interceptors, attempts, providers.
         *
         * @throws IllegalStateException after {@link CallListener#begin} has returned
         */
        <T> void carry(CallContext.Key<T> key, T value);
    }

    /** Is told what happens to one call. May implement {@link EventWatch}. */
    interface CallWatch {
        /** Is told nothing, and costs nothing more. */
        CallWatch NONE = new CallWatch() {};

        /** An attempt begins. Returns the object that is told about it; {@link AttemptWatch#NONE} for nothing. */
        default AttemptWatch attempt(AttemptStart attempt) {
            return AttemptWatch.NONE;
        }

        /** An attempt failed, and another one follows. */
        default void retry(Retry retry) {}

        /** The first event with content reaches the caller, so long after the beginning of the call. */
        default void firstToken(Duration sinceStart) {}

        /** The call has ended. Nothing follows. */
        default void end(CallEnd end) {}
    }

    /** An attempt that begins. */
    interface AttemptStart {
        /** Its number within the call, from 1. */
        int number();

        /** The name of the backend. */
        String backend();

        /** The model that is asked; empty if only the backend knows. */
        String model();

        /** Scheme, host and port of the server; empty if unknown. */
        String address();

        /** Why the attempt is made. */
        Why why();

        /** The context of the call. */
        CallContext context();

        /**
         * Adds a header to the HTTP request of this attempt, such as {@code traceparent}. No effect for a backend that is not
         * called over HTTP.
         *
         * @throws IllegalArgumentException if the header may carry a secret, such as {@code Authorization}, if it would have to be
         *     signed, such as {@code x-amz-date}, or if HTTP does not allow it
         * @throws IllegalStateException after {@link CallWatch#attempt} has returned
         */
        void header(String name, String value);
    }

    /** Is told what happens to one attempt. May implement {@link EventWatch}. */
    interface AttemptWatch {
        /** Is told nothing, and costs nothing more. */
        AttemptWatch NONE = new AttemptWatch() {};

        /**
         * The status and the headers of the answer came.
         *
         * @param status the HTTP status
         * @param serverRequestId the id that the server gave the request; empty if none
         * @param sinceStart the time since the attempt began
         */
        default void head(int status, String serverRequestId, Duration sinceStart) {}

        /** The first event with content came. */
        default void firstToken(Duration sinceStart) {}

        /** The attempt has ended. Nothing follows. */
        default void end(AttemptEnd end) {}
    }

    /**
     * Is also told each event, inside of its delivery. It promises not to block, as {@link dev.postern.NonBlockingSubscriber} does.
     * For measures of time per chunk, and for content.
     */
    interface EventWatch {
        /**
         * An event is delivered.
         *
         * @param nanos the time of {@link System#nanoTime}
         */
        void onEvent(StreamEvent event, long nanos);
    }

    /** Why an attempt is made. */
    enum Why {
        /** It is the first one. */
        FIRST,
        /** The one before failed in a way that may pass. */
        RETRY,
        /** The one before used a connection that the server had closed. */
        STALE_CONNECTION,
        /** The server refused the form of the request, so it is sent in another form. */
        AMENDED,
        /** Another backend failed. */
        FALLBACK
    }

    /** How a call or an attempt ended. */
    enum Outcome {
        /** With a whole answer. */
        ANSWERED,
        /** With a failure. */
        FAILED,
        /** By the caller, or because nobody needs it any more. */
        CANCELLED
    }

    /** How sure a number of tokens is. */
    enum Certainty {
        /** The server's count of a whole answer. */
        REPORTED,
        /** The server's count so far, of an answer that was cut. */
        PARTIAL,
        /** An estimate by {@link Instrumentation.Builder#estimator}, because the server reported nothing. */
        ESTIMATED
    }

    /**
     * The tokens that an attempt or a call used.
     *
     * @param usage the tokens
     * @param certainty how sure they are; of a sum, the least sure of its parts
     */
    record Spent(Usage usage, Certainty certainty) {
        /** Refuses null. */
        public Spent {
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(certainty, "certainty");
        }

        /**
         * What an attempt used, as far as is known; the rule for listeners and budgets. It is the usage that the server reported, also
         * in the failure. If there is none, it is an estimate of the input and of what was generated, except for a failure before
         * anything was generated that says that the server did not run the request: it was refused before it was sent, there was no
         * connection, or the server refused it, by its {@link LlmException.Kind} or with a status from 400 to 498 other than 408.
         * Then it is empty. A request that was cancelled, or failed in any other way, may have run although nothing came: a model can
         * think for minutes before its first event.
         *
         * @param request the request that was sent
         * @param outcome how the attempt ended
         * @param failure the failure; null if there is none
         * @param reported the usage that came; null if none did
         * @param delivered what was delivered; an answer in the failure is added to it
         * @param estimator estimates what was not reported
         */
        public static Optional<Spent> of(
                CompletionRequest request,
                Outcome outcome,
                @Nullable LlmException failure,
                @Nullable Usage reported,
                Progress delivered,
                Instrumentation.UsageEstimator estimator) {
            return Spending.of(request, outcome, failure, reported, delivered, estimator);
        }

        /** The sum of both. */
        public Spent plus(Spent other) {
            return new Spent(
                    usage.plus(other.usage), certainty.compareTo(other.certainty) > 0 ? certainty : other.certainty);
        }
    }

    /**
     * What was delivered, also of an answer that was cut.
     *
     * @param events the number of events
     * @param textCharacters the characters of text
     * @param reasoningCharacters the characters of reasoning
     * @param toolCharacters the characters of the arguments of tool calls
     */
    record Progress(long events, long textCharacters, long reasoningCharacters, long toolCharacters) {
        /** Nothing. */
        public static final Progress NONE = new Progress(0, 0, 0, 0);

        /** All characters. */
        public long characters() {
            return textCharacters + reasoningCharacters + toolCharacters;
        }
    }

    /**
     * What follows a failed attempt.
     *
     * @param why why there is another attempt
     * @param fromBackend the backend that failed; empty if unknown
     * @param toBackend the next backend
     * @param failure the failure
     * @param delay the time until the next attempt
     */
    record Retry(Why why, String fromBackend, String toBackend, LlmException failure, Duration delay) {
        /** Refuses null. */
        public Retry {
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(fromBackend, "fromBackend");
            Objects.requireNonNull(toBackend, "toBackend");
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(delay, "delay");
        }
    }

    /**
     * The end of an attempt.
     *
     * @param number its number within the call, from 1
     * @param outcome how it ended
     * @param backend the name of the backend
     * @param model the model that answered, else the one that was asked; may be empty
     * @param stopReason why the model stopped, if it did
     * @param spent the tokens; empty if the server did not run the request as far as is known, see {@link Spent#of}
     * @param progress what was delivered
     * @param failure the failure, if it failed
     * @param elapsed the time since its beginning
     */
    record AttemptEnd(
            int number,
            Outcome outcome,
            String backend,
            String model,
            Optional<StopReason> stopReason,
            Optional<Spent> spent,
            Progress progress,
            Optional<LlmException> failure,
            Duration elapsed) {}

    /**
     * The end of a call.
     *
     * @param outcome how it ended for the caller
     * @param backend the backend of the last attempt; empty if there was none
     * @param model the model that answered, else the one that was asked last; may be empty
     * @param stopReason why the model stopped, if the caller saw it
     * @param spent the tokens of the last attempt, whose answer the caller saw; empty if an interceptor answered
     * @param wasted the tokens of all other attempts. Count the tokens of attempts, or those of calls ({@link #total}), never both
     * @param attempts the number of attempts
     * @param answeredBy the name of the interceptor that answered; empty if none did
     * @param progress what the caller received
     * @param failure the failure that the caller received
     * @param elapsed the time since its beginning
     */
    record CallEnd(
            Outcome outcome,
            String backend,
            String model,
            Optional<StopReason> stopReason,
            Optional<Spent> spent,
            Optional<Spent> wasted,
            int attempts,
            String answeredBy,
            Progress progress,
            Optional<LlmException> failure,
            Duration elapsed) {

        /** The tokens of all attempts. */
        public Optional<Spent> total() {
            return spent.isPresent() && wasted.isPresent()
                    ? Optional.of(spent.get().plus(wasted.get()))
                    : spent.or(() -> wasted);
        }
    }
}
