package dev.postern.opentelemetry;

import dev.postern.CallContext;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.genai.GenAi;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ProviderNames;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans and metrics of calls, by the GenAI conventions of OpenTelemetry.
 *
 * <pre>{@code
 * Instrumentation instrumentation = Instrumentation.builder()
 *         .listener(OpenTelemetryListener.of(openTelemetry))
 *         .binding(OpenTelemetryListener.binding())
 *         .build();
 * }</pre>
 *
 * <p>Each call is a span of kind CLIENT, named {@code chat MODEL}, and each attempt is a child of it. The parent is the attribute
 * {@link #CONTEXT} of the call's context, else its {@link CallContext#TRACE_PARENT}, else the current context of the thread that asks for a
 * whole answer or subscribes to a stream. The context of the attempt is sent with its HTTP request by the propagators of the OpenTelemetry instance; baggage is not
 * sent, because model servers belong to others. The call's context is carried down as {@link #CONTEXT}, so calls that are made for
 * this call become its children.
 *
 * <p>Thread-safe. Messages and answers are not recorded unless {@link Builder#content} says so.
 */
public final class OpenTelemetryListener implements CallListener {
    /**
     * The OpenTelemetry context under which a call runs: the parent of its span. Below a call, that with the call's span. Needed if a stream
     * is subscribed on another thread than the one whose span is current, or inside of {@code onNext} of a subscriber that must not block.
     */
    public static final CallContext.Key<Context> CONTEXT = CallContext.Key.of("opentelemetry", Context.class);

    private static final TextMapGetter<CallContext> TRACE = new TraceGetter();

    final Tracer tracer;
    final TextMapPropagator propagator;
    final Instruments instruments;
    final GenAiNames names;
    final ProviderNames providers;
    private final Function<CallStart, Attributes> attributes;
    private final int contentCharacters;

    private OpenTelemetryListener(Builder builder) {
        tracer = builder.openTelemetry
                .getTracerProvider()
                .tracerBuilder("dev.postern")
                .setSchemaUrl(Instruments.schema(builder.names))
                .build();
        propagator = builder.propagating
                ? builder.openTelemetry.getPropagators().getTextMapPropagator()
                : TextMapPropagator.noop();
        names = builder.names;
        instruments = new Instruments(builder.openTelemetry, names);
        providers = builder.providers;
        attributes = builder.attributes;
        contentCharacters = builder.contentCharacters;
    }

    /** A listener with the newest names and without content. */
    public static OpenTelemetryListener of(OpenTelemetry openTelemetry) {
        return builder(openTelemetry).build();
    }

    /** A builder of a listener that writes to this instance. */
    public static Builder builder(OpenTelemetry openTelemetry) {
        return new Builder(Objects.requireNonNull(openTelemetry, "openTelemetry"));
    }

    /**
     * Makes the span of a call current while interceptors and tools run, so that what they record belongs to the call. For {@link
     * dev.postern.call.Instrumentation.Builder#binding}.
     */
    public static ContextBinding binding() {
        return context -> context.get(CONTEXT).map(Context::makeCurrent).orElse(Scope.noop());
    }

    @Override
    public CallWatch begin(CallStart call) {
        Context parent = parent(call.context());
        CallTime time = new CallTime();
        String model = call.request().model();
        String backend = call.request().backend();
        String provider = providers.of(backend.isEmpty() ? call.provider() : backend, "");
        AttributesSink known = new AttributesSink();
        known.put(GenAi.OPERATION_NAME, GenAi.CHAT);
        known.put(GenAi.PROVIDER_NAME, provider);
        known.putIfAny(GenAi.REQUEST_MODEL, model);
        known.putSettings(call.request(), call.streaming());
        known.putAll(attributes.apply(call));
        Span span = tracer.spanBuilder(GenAi.spanName(model))
                .setParent(parent)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(time.start(), TimeUnit.NANOSECONDS)
                .setAllAttributes(known.attributes())
                .startSpan();
        Context own = parent.with(span);
        call.carry(CONTEXT, own);
        return contentCharacters > 0 && span.isRecording()
                ? new ContentSpan(this, call, own, time, provider, contentCharacters)
                : new CallSpan(this, call, own, time, provider);
    }

    boolean recordsContent() {
        return contentCharacters > 0;
    }

    /** The parent of a span: that of the context, else the current one. */
    static Context parent(CallContext context) {
        Context given = context.get(CONTEXT).orElse(null);
        if (given != null) {
            return given;
        }
        Context current = Context.current();
        return context.get(CallContext.TRACE_PARENT).isPresent()
                ? W3CTraceContextPropagator.getInstance().extract(current, context, TRACE)
                : current;
    }

    /** Reads the trace's parent from the context of a call. */
    private static final class TraceGetter implements TextMapGetter<CallContext> {
        @Override
        public @Nullable String get(@Nullable CallContext carrier, String key) {
            if (carrier == null) {
                return null;
            }
            return switch (key) {
                case "traceparent" -> carrier.get(CallContext.TRACE_PARENT).orElse(null);
                case "tracestate" -> carrier.get(CallContext.TRACE_STATE).orElse(null);
                default -> null;
            };
        }
    }

    /** Builds a listener. Not thread-safe. */
    public static final class Builder {
        /** The default bound of {@link #content}. */
        public static final int DEFAULT_CONTENT_CHARACTERS = 32_768;

        private final OpenTelemetry openTelemetry;
        private GenAiNames names = GenAiNames.LATEST;
        private ProviderNames providers = ProviderNames.wellKnown();
        private Function<CallStart, Attributes> attributes = call -> Attributes.empty();
        private boolean propagating = true;
        private int contentCharacters;

        private Builder(OpenTelemetry openTelemetry) {
            this.openTelemetry = openTelemetry;
        }

        /** The names of attributes and metrics. Default {@link GenAiNames#LATEST}. */
        public Builder names(GenAiNames set) {
            names = Objects.requireNonNull(set, "set");
            return this;
        }

        /** Names the providers. Default {@link ProviderNames#wellKnown}. */
        public Builder providers(ProviderNames function) {
            providers = Objects.requireNonNull(function, "function");
            return this;
        }

        /**
         * Adds attributes to the span of each call, such as the user or the tenant of its context. Default: none. The function must be
         * thread-safe. It is called for each call, before the span begins, so that a sampler sees the attributes.
         */
        public Builder attributes(Function<CallStart, Attributes> function) {
            attributes = Objects.requireNonNull(function, "function");
            return this;
        }

        /** Whether the trace context is sent to the servers. Default true. */
        public Builder propagate(boolean send) {
            propagating = send;
            return this;
        }

        /**
         * Whether messages, answers, tool definitions and the messages of failures are recorded in the span of each call. They may hold
         * personal data. Default false. Images, documents and sound are recorded without their bytes.
         */
        public Builder content(boolean record) {
            return contentCharacters(record ? DEFAULT_CONTENT_CHARACTERS : 0);
        }

        /** The bound of each recorded attribute with content, in characters; longer texts are cut. 0 records no content. */
        public Builder contentCharacters(int most) {
            if (most < 0) {
                throw new IllegalArgumentException("The bound of content is negative: " + most + ".");
            }
            contentCharacters = most;
            return this;
        }

        /** The listener. */
        public OpenTelemetryListener build() {
            return new OpenTelemetryListener(this);
        }
    }
}
