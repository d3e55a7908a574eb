package dev.postern.spring.boot;

import dev.postern.call.Instrumentation;

/**
 * Adds to the {@link Instrumentation} of the application what is no bean of its own, such as an interceptor around attempts. Beans of
 * this type are called in their order, after the beans that are listeners, interceptors, bindings and estimators were added.
 */
@FunctionalInterface
public interface InstrumentationCustomizer {

    /** Adds to the instrumentation. Called once, on the thread that starts the application. */
    void customize(Instrumentation.Builder instrumentation);
}
