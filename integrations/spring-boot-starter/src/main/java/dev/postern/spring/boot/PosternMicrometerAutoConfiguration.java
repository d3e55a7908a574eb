package dev.postern.spring.boot;

import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.genai.GenAiNames;
import dev.postern.genai.ProviderNames;
import dev.postern.micrometer.AgentRunContext;
import dev.postern.micrometer.AgentToolContext;
import dev.postern.micrometer.LlmAttemptContext;
import dev.postern.micrometer.LlmCallContext;
import dev.postern.micrometer.MeterListener;
import dev.postern.micrometer.MeterRunListener;
import dev.postern.micrometer.ObservationListener;
import dev.postern.micrometer.ObservationRunListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Observes and measures all calls and the runs of agents with Micrometer, if {@code postern-micrometer} is on the class path and the application has an {@link
 * ObservationRegistry} or a {@link MeterRegistry}. Beans of type {@link GenAiNames}, {@link ProviderNames} and {@link
 * ObservationConvention} change the names.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnProperty(name = "postern.enabled", havingValue = "true", matchIfMissing = true)
public final class PosternMicrometerAutoConfiguration {
    /** Used by Spring. */
    public PosternMicrometerAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ObservationRegistry.class, ObservationListener.class})
    static class Observations {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(ObservationRegistry.class)
        @ConditionalOnMissingBean
        ObservationListener posternObservationListener(
                ObservationRegistry registry,
                ObjectProvider<GenAiNames> names,
                ObjectProvider<ProviderNames> providers,
                ObjectProvider<ObservationConvention<LlmCallContext>> calls,
                ObjectProvider<ObservationConvention<LlmAttemptContext>> attempts) {
            ObservationListener.Builder listener = ObservationListener.builder(registry);
            names.ifAvailable(listener::names);
            providers.ifAvailable(listener::providers);
            calls.ifAvailable(listener::calls);
            attempts.ifAvailable(listener::attempts);
            return listener.build();
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(ObservationRegistry.class)
        @ConditionalOnMissingBean
        ObservationRunListener posternObservationRunListener(
                ObservationRegistry registry,
                ObjectProvider<ObservationConvention<AgentRunContext>> runs,
                ObjectProvider<ObservationConvention<AgentToolContext>> tools) {
            ObservationRunListener.Builder listener = ObservationRunListener.builder(registry);
            runs.ifAvailable(listener::runs);
            tools.ifAvailable(listener::tools);
            return listener.build();
        }

        /** So that what interceptors observe belongs to the call, and what tools observe to the tool call. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(ObservationListener.class)
        ContextBinding posternObservationBinding() {
            return ObservationListener.binding();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({MeterRegistry.class, MeterListener.class})
    static class Meters {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(MeterRegistry.class)
        @ConditionalOnMissingBean
        MeterRunListener posternMeterRunListener(MeterRegistry registry) {
            return MeterRunListener.of(registry);
        }

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(MeterRegistry.class)
        @ConditionalOnMissingBean
        MeterListener posternMeterListener(
                MeterRegistry registry, ObjectProvider<GenAiNames> names, ObjectProvider<ProviderNames> providers) {
            return MeterListener.of(
                    registry,
                    names.getIfAvailable(() -> GenAiNames.LATEST),
                    providers.getIfAvailable(ProviderNames::wellKnown));
        }
    }
}
