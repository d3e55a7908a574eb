package dev.postern.micrometer;

import dev.postern.CallContext;
import dev.postern.LlmException;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ProviderNames;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of each call, and one of each attempt as its child, by the GenAI conventions of OpenTelemetry.
 *
 * <pre>{@code
 * Instrumentation instrumentation = Instrumentation.builder()
 *         .listener(ObservationListener.of(observationRegistry))
 *         .listener(MeterListener.of(meterRegistry))
 *         .binding(ObservationListener.binding())
 *         .build();
 * }</pre>
 *
 * <p>The parent of a call is the attribute {@link #OBSERVATION} of its context, else the current observation of the thread that makes
 * the call. A stream that is subscribed on another thread needs the attribute. If there is neither, but the context has a {@link
 * CallContext#TRACE_PARENT}, the parent is a new observation {@code postern.incoming} of kind SERVER, which lasts as long as the call.
 * Its context is a {@link io.micrometer.observation.transport.ReceiverContext}, from which a tracing handler for receivers continues the
 * trace; without such a handler a new trace begins.
 *
 * <p>The call's observation is carried down as that attribute, so calls that are made for this call become its children. The context of
 * an attempt is a {@link io.micrometer.observation.transport.SenderContext}, so tracing sends {@code traceparent} with each HTTP request;
 * baggage is not sent, because model servers belong to others. No scope stays open, except by {@link #binding}: the scope of a parent is
 * opened while an observation below it starts, because a tracer takes the current span for the parent.
 *
 * <p>Thread-safe. Messages and answers are not recorded. Of a failure, handlers see the kind only, unless {@link Builder#content} says
 * otherwise.
 */
public final class ObservationListener implements CallListener {
    /** The observation under which a call runs: the parent of its own. Below a call, that of the call. */
    public static final CallContext.Key<Observation> OBSERVATION = CallContext.Key.of("observation", Observation.class);

    final ObservationRegistry registry;
    final ProviderNames providers;
    final @Nullable ObservationConvention<LlmAttemptContext> customAttempts;
    final ObservationConvention<LlmAttemptContext> attempts = new LlmAttemptConvention();
    private final @Nullable ObservationConvention<LlmCallContext> customCalls;
    private final ObservationConvention<LlmCallContext> calls;
    private final boolean content;

    private ObservationListener(Builder builder) {
        registry = builder.registry;
        providers = builder.providers;
        customCalls = builder.calls;
        customAttempts = builder.attempts;
        calls = new LlmCallConvention(builder.names);
        content = builder.content;
    }

    /** A listener with the newest names. */
    public static ObservationListener of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /** A builder of a listener for this registry. */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry"));
    }

    /**
     * Opens a scope of the call's observation while interceptors and tools run, so that what they observe belongs to the call. For
     * {@link dev.postern.call.Instrumentation.Builder#binding}.
     */
    public static ContextBinding binding() {
        return context -> context.get(OBSERVATION).map(Observation::openScope).orElse(Observation.Scope.NOOP);
    }

    @Override
    public CallWatch begin(CallStart call) {
        if (registry.isNoop()) {
            return CallWatch.NONE;
        }
        String backend = call.request().backend();
        LlmCallContext context =
                new LlmCallContext(call, providers.of(backend.isEmpty() ? call.provider() : backend, ""));
        Observation observation = Observation.createNotStarted(customCalls, calls, () -> context, registry);
        if (observation.isNoop()) {
            return CallWatch.NONE;
        }
        Opened opened = Opened.start(observation, call.context(), registry);
        call.carry(OBSERVATION, observation);
        return new ObservedCall(this, opened, context);
    }

    /** A failure as handlers see it. Its message may quote what the server sent. */
    Throwable shown(LlmException failure) {
        return content ? failure : Opened.withoutMessage(failure);
    }

    /** Builds a listener. Not thread-safe. */
    public static final class Builder {
        private final ObservationRegistry registry;
        private GenAiNames names = GenAiNames.LATEST;
        private ProviderNames providers = ProviderNames.wellKnown();
        private @Nullable ObservationConvention<LlmCallContext> calls;
        private @Nullable ObservationConvention<LlmAttemptContext> attempts;
        private boolean content;

        private Builder(ObservationRegistry registry) {
            this.registry = registry;
        }

        /** The names of observations and key values. Default {@link GenAiNames#LATEST}. */
        public Builder names(GenAiNames set) {
            names = Objects.requireNonNull(set, "set");
            return this;
        }

        /** Names the providers. Default {@link ProviderNames#wellKnown}. */
        public Builder providers(ProviderNames function) {
            providers = Objects.requireNonNull(function, "function");
            return this;
        }

        /** A convention for calls, instead of {@link LlmCallConvention} and of one that the registry has. */
        public Builder calls(ObservationConvention<LlmCallContext> convention) {
            calls = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /** A convention for attempts, instead of {@link LlmAttemptConvention} and of one that the registry has. */
        public Builder attempts(ObservationConvention<LlmAttemptContext> convention) {
            attempts = Objects.requireNonNull(convention, "convention");
            return this;
        }

        /**
         * Whether the handlers of observations get failures with their messages, which tracing puts into spans. A message may quote what the
         * server sent, which may be personal data. Default false: an {@link LlmException} of the same kind, with the kind as its message.
         */
        public Builder content(boolean record) {
            content = record;
            return this;
        }

        /** The listener. */
        public ObservationListener build() {
            return new ObservationListener(this);
        }
    }
}
