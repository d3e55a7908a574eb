package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Sits around calls or around attempts: may change the request, refuse it, answer it, and filter the events of the answer. Registered
 * with {@link Instrumentation.Builder#interceptor} it runs once for each call, outside of all retries and fallbacks; with {@link
 * Instrumentation.Builder#attemptInterceptor} it runs for each attempt, each time with the request of the call.
 *
 * <p>The one that is registered first is the outermost: it sees the request first and the events last. An interceptor of a gateway is
 * outside of those of its backends. The interceptor is shared by all calls, so it must be thread-safe; a filter belongs to one answer.
 *
 * <p>What an interceptor throws ends the call: an {@link LlmException} as it is, so that it counts as a failure of the backend and may be
 * retried; anything else as the cause of one that names the interceptor and is not retried. To refuse a request, return {@link
 * Decision#refuse}.
 *
 * <p>A cache, around calls. The tenant is a part of the key: a request has no tenant that counts for its equality, and an answer may hold
 * data of one tenant.
 *
 * <pre>{@code
 * record Key(String tenant, CompletionRequest question) {}
 *
 * Interceptor cache = call -> {
 *     CompletionResponse known = answers.get(new Key(call.context().tenant(), call.request().question()));
 *     return known == null ? Decision.proceed() : Decision.answer(known);
 * };
 * }</pre>
 */
@FunctionalInterface
public interface Interceptor {

    /** Decides about one request. Called once for each call or attempt; may block. */
    Decision begin(Invocation call);

    /**
     * Whether {@link #begin} and the filters never block. If false, which is the default, they do not run on the selector thread of
     * the HTTP client, which costs a change of threads for each packet.
     */
    default boolean isNonBlocking() {
        return false;
    }

    /**
     * The longest wait for {@link Decision#later} and for {@link EventFilter.Output#await}. Default 30 s. A wait also ends with the
     * deadline of the call's context; around an attempt, also when the provider's transport is closed.
     */
    default Duration waitLimit() {
        return Duration.ofSeconds(30);
    }

    /** The name in failures and in {@link CallListener.CallEnd#answeredBy}. Default: the name of the class. */
    default String name() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? getClass().getName() : name;
    }

    /**
     * A request that is about to be made. Only what is returned by {@link Decision#proceed} goes on as a part of the call. If an
     * interceptor or its filter makes a call with this request or its context, at any time, that is a call of its own: its {@link
     * CallContext#parent} is the call around it, and it is told to the listeners of both. A provider that is not one of this library
     * needs an instrumentation for that.
     */
    interface Invocation {
        /** The request. */
        CompletionRequest request();

        /** The context of the request. */
        CallContext context();

        /** The id of the call. */
        String callId();

        /** Whether the caller receives events rather than the whole answer. */
        boolean streaming();

        /** The attempt that is about to be made; empty around a call. */
        Optional<Target> target();

        /** Estimates tokens as for listeners: by {@link Instrumentation.Builder#estimator}. Does not throw. */
        default Instrumentation.UsageEstimator estimator() {
            return Instrumentation.UsageEstimator.byCharacters();
        }
    }

    /**
     * The target of an attempt.
     *
     * @param number the number of the attempt within the call, from 1
     * @param backend the name of the backend
     * @param model the model that is asked; empty if only the backend knows
     */
    record Target(int number, String backend, String model) {}

    /** What happens to a request. */
    sealed interface Decision {
        /** The filter that passes all events. */
        EventFilter PASS = new EventFilter() {};

        /** The request is made. */
        static Decision proceed() {
            return Proceed.UNCHANGED;
        }

        /** The request is made, and its answer passes this filter. */
        static Decision proceed(EventFilter filter) {
            return new Proceed(Optional.empty(), filter);
        }

        /**
         * Another request is made, and its answer passes this filter. A request without a context gets that of the call; one with a context
         * of its own keeps the call's deadline, unless its own is earlier, and the call's id, unless it has one.
         */
        static Decision proceed(CompletionRequest changed, EventFilter filter) {
            return new Proceed(Optional.of(changed), filter);
        }

        /** Nothing is sent; this is the answer. */
        static Decision answer(CompletionResponse response) {
            return new Answer(response);
        }

        /**
         * Nothing is sent; this is the failure. It is not retried, and no backend is blamed for it. A gateway outside of this interceptor
         * asks no other backend, unless the failure has {@link LlmException#fallbackAllowed}.
         */
        static Decision refuse(LlmException failure) {
            return new Refuse(failure);
        }

        /**
         * The decision follows. The stage is never cancelled. If the caller has gone meanwhile, nothing is sent, and the filter of the
         * decision is closed.
         */
        static Decision later(CompletionStage<? extends Decision> decision) {
            return new Later(decision);
        }

        /**
         * See {@link #proceed(CompletionRequest, EventFilter)}.
         *
         * @param changed the request, if it was changed
         * @param filter the filter
         */
        record Proceed(Optional<CompletionRequest> changed, EventFilter filter) implements Decision {
            private static final Proceed UNCHANGED = new Proceed(Optional.empty(), PASS);

            /** Refuses null. */
            public Proceed {
                Objects.requireNonNull(changed, "changed");
                Objects.requireNonNull(filter, "filter");
            }
        }

        /**
         * See {@link #answer}.
         *
         * @param response the answer
         */
        record Answer(CompletionResponse response) implements Decision {
            /** Refuses null. */
            public Answer {
                Objects.requireNonNull(response, "response");
            }
        }

        /**
         * See {@link #refuse}.
         *
         * @param failure the failure
         */
        record Refuse(LlmException failure) implements Decision {
            /** Refuses null. */
            public Refuse {
                Objects.requireNonNull(failure, "failure");
            }
        }

        /**
         * See {@link #later}.
         *
         * @param decision the decision
         */
        record Later(CompletionStage<? extends Decision> decision) implements Decision {
            /** Refuses null. */
            public Later {
                Objects.requireNonNull(decision, "decision");
            }
        }
    }
}
