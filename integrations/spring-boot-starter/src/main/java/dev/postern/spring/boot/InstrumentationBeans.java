package dev.postern.spring.boot;

import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.call.Interceptor;
import org.springframework.beans.factory.BeanFactory;

/** Makes one instrumentation of the beans of the application that see or change calls. */
final class InstrumentationBeans {
    private InstrumentationBeans() {}

    /** All listeners, interceptors and bindings in their order, the first one outermost. */
    static Instrumentation of(BeanFactory beans) {
        Instrumentation.Builder all = Instrumentation.builder();
        beans.getBeanProvider(CallListener.class).orderedStream().forEach(all::listener);
        beans.getBeanProvider(Interceptor.class).orderedStream().forEach(all::interceptor);
        beans.getBeanProvider(ContextBinding.class).orderedStream().forEach(all::binding);
        beans.getBeanProvider(UsageEstimator.class).ifAvailable(all::estimator);
        beans.getBeanProvider(InstrumentationCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(all));
        return all.build();
    }
}
