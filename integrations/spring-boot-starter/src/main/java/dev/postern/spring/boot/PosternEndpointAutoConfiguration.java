package dev.postern.spring.boot;

import dev.postern.config.RunningGateway;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Adds the actuator endpoint {@code postern}: {@code GET} shows the names of backends and agents, {@code POST} reloads the
 * configuration. Like other endpoints it must be exposed: {@code management.endpoints.web.exposure.include=health,postern}.
 */
@AutoConfiguration(after = PosternAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(GatewayReloader.class)
@ConditionalOnAvailableEndpoint(endpoint = PosternEndpoint.class)
public final class PosternEndpointAutoConfiguration {
    /** Used by Spring. */
    public PosternEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PosternEndpoint posternEndpoint(RunningGateway running, GatewayReloader reloader) {
        return new PosternEndpoint(running, reloader);
    }
}
