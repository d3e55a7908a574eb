package dev.postern.reactor;

import dev.postern.CallContext;
import dev.postern.call.Instrumentation.ContextBinding;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The way of a Reactor Context into calls, and from there into tools and interceptors.
 *
 * <p>A subscriber gives its calls a {@link CallContext} under the key {@code CallContext.class}:
 *
 * <pre>{@code
 * reactive.completions(request)
 *         .contextWrite(context -> context.put(CallContext.class, CallContext.builder().user("ann").build()))
 * }</pre>
 *
 * <p>What is set in the context of the request counts more; see {@link CallContext#withDefaults}.
 */
public final class ReactorContext {
    /** The Reactor Context of the subscriber of a call or run; {@link ReactorLlm} and {@link ReactorAgent} set it if it is not empty. */
    public static final CallContext.Key<ContextView> VIEW = CallContext.Key.of("reactor", ContextView.class);

    private ReactorContext() {}

    /**
     * The Reactor Context of a call, for a Mono or Flux that is a part of it, such as one in a tool:
     *
     * <pre>{@code
     * Tool.async("forecast", "The weather of tomorrow.", City.class, (city, context) ->
     *         client.forecast(city.name()).contextWrite(ReactorContext.of(context)).toFuture())
     * }</pre>
     *
     * <p>Its {@code CallContext.class} is the given context, so calls of {@link ReactorLlm} below belong to that call or run.
     */
    public static Context of(CallContext context) {
        return Context.of(context.get(VIEW).orElse(Context.empty())).put(CallContext.class, context.without(VIEW));
    }

    /**
     * The context with the thread-locals of the current thread that are registered with Micrometer's {@code ContextRegistry}, for calls
     * and runs that are not made by Reactor. They are added to {@link #VIEW}, where {@link #binding} finds them.
     *
     * @throws IllegalStateException if {@code io.micrometer:context-propagation} is not there
     */
    public static CallContext capture(CallContext context) {
        requireThreadLocals("ReactorContext.capture");
        return context.with(
                VIEW, ThreadLocals.capture(Context.of(context.get(VIEW).orElse(Context.empty()))));
    }

    /**
     * Sets the thread-locals that are registered with Micrometer's {@code ContextRegistry}, such as a logging context, while
     * interceptors, filters and tools run, whatever their thread. Their values are those of {@link #VIEW}. For {@link
     * dev.postern.call.Instrumentation.Builder#binding} and for the builders of agents. A binding of a listener goes inside: {@code
     * ReactorContext.binding().then(ObservationListener.binding())}.
     *
     * @throws IllegalStateException if {@code io.micrometer:context-propagation} is not there
     */
    public static ContextBinding binding() {
        requireThreadLocals("ReactorContext.binding");
        return context -> context.get(VIEW).map(ThreadLocals::set).orElse(() -> {});
    }

    private static void requireThreadLocals(String method) {
        if (!SubscriberContext.HAS_THREAD_LOCALS) {
            throw new IllegalStateException(
                    method
                            + " needs io.micrometer:context-propagation, which is not on the class path; add it to the dependencies.");
        }
    }
}
