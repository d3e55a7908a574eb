package dev.postern.spring.boot;

import dev.postern.LlmProvider;
import dev.postern.agent.Agents;
import dev.postern.agent.AgentsBuilder;
import dev.postern.call.Instrumentation;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.BackendListener;
import dev.postern.gateway.Gateway;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/**
 * Makes these beans of the properties {@code postern.*} or of the Postern file that {@code postern.config} names:
 *
 * <ul>
 *   <li>a {@link Gateway}, the primary {@link LlmProvider}, unless the application has an {@code LlmProvider} of its own
 *   <li>{@link Agents}, those of the file and those of the beans of type {@link dev.postern.agent.AgentSpec}, with the tools and memories
 *       that are beans
 *   <li>an {@link Instrumentation} of all beans that are listeners or interceptors of calls, which the gateway has
 *   <li>a {@link GatewayReloader}
 * </ul>
 *
 * <p>A bean of the application replaces the one of the same type. When the application stops, open calls may finish; then the gateway
 * closes its backends. {@code postern.enabled=false} switches all of it off.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "postern.enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(PosternProperties.class)
public final class PosternAutoConfiguration {
    /** Used by Spring. */
    public PosternAutoConfiguration() {}

    @Bean
    OpenCallCounter posternOpenCalls() {
        return new OpenCallCounter();
    }

    @Bean
    GracefulShutdown posternGracefulShutdown(OpenCallCounter calls) {
        return new GracefulShutdown(calls);
    }

    @Bean
    @ConditionalOnMissingBean
    Instrumentation posternInstrumentation(BeanFactory beans, OpenCallCounter calls) {
        return calls.in(InstrumentationBeans.of(beans)); // it is one of the beans
    }

    @Bean
    @ConditionalOnMissingBean({LlmProvider.class, RunningGateway.class})
    GatewaySource posternGatewaySource(
            Environment environment,
            ConfigurableBeanFactory beans,
            ObjectProvider<Instrumentation> instrumentation,
            OpenCallCounter calls) {
        return new GatewaySource(
                environment,
                beans.getBeanClassLoader(),
                loader -> prepare(loader, beans, instrumentation.getObject(), calls));
    }

    private static void prepare(
            GatewayLoader loader, BeanFactory beans, Instrumentation instrumentation, OpenCallCounter calls) {
        loader.instrumentation(calls.addedTo(instrumentation)).agents(new AgentBeans(beans)::addTo);
        beans.getBeanProvider(BackendListener.class).orderedStream().forEach(loader::listener);
        beans.getBeanProvider(GatewayLoaderCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(loader));
    }

    @Bean
    @ConditionalOnBean(GatewaySource.class)
    RunningGateway posternRunningGateway(GatewaySource source) {
        return source.start();
    }

    @Bean
    @ConditionalOnBean(GatewaySource.class)
    GatewayReloader posternGatewayReloader(GatewaySource source, RunningGateway running) {
        return new GatewayReloader(source, running);
    }

    @Bean(destroyMethod = "") // the running gateway closes it
    @Primary
    @ConditionalOnSingleCandidate(RunningGateway.class)
    @ConditionalOnMissingBean(LlmProvider.class)
    Gateway posternGateway(RunningGateway running) {
        return running.gateway();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnSingleCandidate(LlmProvider.class)
    Agents posternAgents(LlmProvider llm, ObjectProvider<RunningGateway> running, BeanFactory beans) {
        RunningGateway started = running.getIfUnique();
        if (started != null) {
            return started.agents();
        }
        AgentsBuilder agents = Agents.builder(llm);
        new AgentBeans(beans).addTo(agents);
        return agents.build();
    }
}
