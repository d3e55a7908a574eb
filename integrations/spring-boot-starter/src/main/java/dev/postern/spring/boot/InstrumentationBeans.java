package dev.postern.spring.boot;

import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.call.Instrumentation.UsageEstimator;
import dev.postern.call.Interceptor;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.BeanFactory;

/** Makes one instrumentation of the beans of the application that see or change calls. */
final class InstrumentationBeans {
    private InstrumentationBeans() {}

    /** All listeners and interceptors in their order, the first one outermost. */
    static Instrumentation of(BeanFactory beans) {
        Instrumentation.Builder all = Instrumentation.builder();
        beans.getBeanProvider(CallListener.class).orderedStream().forEach(all::listener);
        beans.getBeanProvider(Interceptor.class).orderedStream().forEach(all::interceptor);
        binding(beans).ifPresent(all::binding);
        beans.getBeanProvider(UsageEstimator.class).ifAvailable(all::estimator);
        beans.getBeanProvider(InstrumentationCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(all));
        return all.build();
    }

    /** All bindings as one; empty if there is none. */
    static Optional<ContextBinding> binding(BeanFactory beans) {
        List<ContextBinding> all =
                beans.getBeanProvider(ContextBinding.class).orderedStream().toList();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(all.size() == 1 ? all.get(0) : new ContextBindings(all));
    }
}
