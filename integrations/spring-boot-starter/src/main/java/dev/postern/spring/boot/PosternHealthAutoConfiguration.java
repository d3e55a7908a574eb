package dev.postern.spring.boot;

import dev.postern.LlmProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Adds the provider to the health of the application, under the name {@code postern}, if {@code spring-boot-health} is on the class
 * path. {@code management.health.postern.enabled=false} switches it off.
 */
@AutoConfiguration(after = PosternAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("postern")
@ConditionalOnSingleCandidate(LlmProvider.class)
@ConditionalOnProperty(name = "postern.enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(PosternProperties.class)
public final class PosternHealthAutoConfiguration {
    /** Used by Spring. */
    public PosternHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = {"posternHealthIndicator", "posternHealthContributor"})
    HealthIndicator posternHealthIndicator(LlmProvider llm, PosternProperties properties) {
        return new PosternHealthIndicator(llm, properties.getHealth().getTimeout());
    }
}
