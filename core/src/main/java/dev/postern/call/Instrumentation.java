package dev.postern.call;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.call.CallListener.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The listeners and interceptors of one place: a provider, a gateway, or a wrapper around any provider.
 *
 * <pre>{@code
 * LlmProvider llm = Instrumentation.builder()
 *         .listener(call -> new MyWatch(call))
 *         .interceptor(new Guardrail())
 *         .build()
 *         .around(provider);
 * }</pre>
 *
 * <p>The builders of providers and gateways take one as {@code instrumentation(…)}. Places nest: what a gateway has is outside of what
 * its backends have, and all of them see one call with one id. Without an instrumentation a call costs what it costs without this
 * package. Immutable.
 */
public final class Instrumentation {
    /** Nothing is registered. */
    public static final Instrumentation NONE = builder().build();

    final List<Registered> listeners;
    final List<Interceptor> interceptors;
    final List<Interceptor> attemptInterceptors;
    final @Nullable UsageEstimator estimator;
    final List<ContextBinding> bindings;

    private Instrumentation(Builder builder) {
        listeners = List.copyOf(builder.listeners);
        interceptors = List.copyOf(builder.interceptors);
        attemptInterceptors = List.copyOf(builder.attemptInterceptors);
        estimator = builder.estimator;
        bindings = List.copyOf(builder.bindings);
    }

    /** A builder without anything. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether nothing is registered. */
    public boolean isEmpty() {
        return listeners.isEmpty()
                && interceptors.isEmpty()
                && attemptInterceptors.isEmpty()
                && bindings.isEmpty()
                && estimator == null;
    }

    /**
     * A provider whose calls of {@link LlmProvider#completions} and {@link LlmProvider#stream} are seen and changed by what is
     * registered here. Its other methods, and {@code close}, are those of the given provider. If nothing is registered, it is the
     * given provider itself.
     */
    public LlmProvider around(LlmProvider provider) {
        Objects.requireNonNull(provider, "provider");
        return isEmpty() ? provider : new InstrumentedProvider(provider, this);
    }

    /**
     * An instrumentation with the listeners, interceptors and bindings of both. Those of the other one are inside of those of this one. If
     * both have an estimator, it is the other one's.
     */
    public Instrumentation plus(Instrumentation inner) {
        if (inner.isEmpty()) {
            return this;
        }
        Builder sum = builder();
        sum.listeners.addAll(listeners);
        sum.listeners.addAll(inner.listeners);
        sum.interceptors.addAll(interceptors);
        sum.interceptors.addAll(inner.interceptors);
        sum.attemptInterceptors.addAll(attemptInterceptors);
        sum.attemptInterceptors.addAll(inner.attemptInterceptors);
        sum.estimator = inner.estimator == null ? estimator : inner.estimator;
        sum.bindings.addAll(bindings);
        sum.bindings.addAll(inner.bindings);
        return sum.build();
    }

    /**
     * What this has, for a child of a call that passed another place: with the listeners, the bindings and the estimator of that place,
     * but not its interceptors. A listener that both have is told once.
     */
    Instrumentation watchedBy(Instrumentation above) {
        if (above.isEmpty()) {
            return this;
        }
        Builder sum = builder();
        sum.listeners.addAll(above.listeners);
        listeners.stream().filter(each -> !above.has(each.listener())).forEach(sum.listeners::add);
        sum.interceptors.addAll(interceptors);
        sum.attemptInterceptors.addAll(attemptInterceptors);
        sum.estimator = estimator == null ? above.estimator : estimator;
        sum.bindings.addAll(above.bindings);
        sum.bindings.addAll(bindings);
        return sum.build();
    }

    boolean has(CallListener listener) {
        for (Registered each : listeners) {
            if (each.listener() == listener) {
                return true;
            }
        }
        return false;
    }

    /** Lists what is registered, the outermost first. */
    @Override
    public String toString() {
        return "Instrumentation[listeners "
                + listeners.stream()
                        .map(each -> each.listener().getClass().getName())
                        .toList() + ", interceptors "
                + names(interceptors) + ", attempt interceptors " + names(attemptInterceptors) + "]";
    }

    private static String names(List<Interceptor> all) {
        return all.stream().map(Interceptor::name).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Estimates the tokens of an answer for which the server reported none, for example because it was cancelled. */
    @FunctionalInterface
    public interface UsageEstimator {
        /** The default: four characters are one token, and an image or document counts as 1,000. */
        static UsageEstimator byCharacters() {
            return CharacterEstimate::of;
        }

        /**
         * The tokens of this request and of what was delivered. Called when listeners are told the end of an attempt without a usage, and
         * by budgets before each attempt; must not block, and must be thread-safe. What it throws is logged, at most once a minute, and the
         * default takes its place.
         */
        Usage estimate(CompletionRequest request, Progress progress);
    }

    /**
     * Binds a context to the current thread, for code that reads thread-locals, such as a logging context. Called around code of the
     * application that the library starts: interceptors, filters, and the tools, approvals and memories of agents. It is not called around subscribers.
     */
    @FunctionalInterface
    public interface ContextBinding {
        /** Binds the context; closing the result restores what was bound before. */
        AutoCloseable bind(CallContext context);

        /**
         * This binding and then another one, which is inside: it is bound later and restored earlier. If one fails, this is logged, and
         * the other one is bound all the same.
         */
        default ContextBinding then(ContextBinding inner) {
            return Bindings.nested(this, Objects.requireNonNull(inner, "inner"));
        }

        /** Runs code while the context is bound. A binding that fails is logged, and the code runs all the same. */
        default void run(CallContext context, Runnable code) {
            Bindings.run(List.of(this), context, code);
        }
    }

    /** Collects listeners and interceptors. Not thread-safe. */
    public static final class Builder {
        private final List<Registered> listeners = new ArrayList<>();
        private final List<Interceptor> interceptors = new ArrayList<>();
        private final List<Interceptor> attemptInterceptors = new ArrayList<>();
        private @Nullable UsageEstimator estimator;
        private final List<ContextBinding> bindings = new ArrayList<>();

        private Builder() {}

        /** Adds a listener. */
        public Builder listener(CallListener listener) {
            listeners.add(new Registered(Objects.requireNonNull(listener, "listener")));
            return this;
        }

        /** Adds an interceptor around calls, inside of those before. */
        public Builder interceptor(Interceptor interceptor) {
            interceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
            return this;
        }

        /** Adds an interceptor around attempts, inside of those before. */
        public Builder attemptInterceptor(Interceptor interceptor) {
            attemptInterceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
            return this;
        }

        /** Estimates missing usage. Default: four characters are one token. */
        public Builder estimator(UsageEstimator tokens) {
            estimator = new GuardedEstimator(Objects.requireNonNull(tokens, "tokens"));
            return this;
        }

        /** Adds a binding of contexts to threads. It is bound after those before, and closed earlier. Default: nothing is bound. */
        public Builder binding(ContextBinding threads) {
            bindings.add(Objects.requireNonNull(threads, "threads"));
            return this;
        }

        /** The instrumentation. */
        public Instrumentation build() {
            return new Instrumentation(this);
        }
    }
}
