package dev.postern.spring.boot;

import dev.postern.LlmProvider;
import dev.postern.springai.PosternChatModel;
import dev.postern.springai.PosternChatOptions;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Makes a {@link ChatModel} of Spring AI over the application's provider, if {@code postern-spring-ai} is on the class path and neither the
 * application nor another auto-configuration has a {@code ChatModel}. Beans of type {@link PosternChatOptions}, {@link ObservationRegistry},
 * {@link ChatModelObservationConvention} and {@link ToolCallingManager} are used. Spring AI's property {@code spring.ai.model.chat} switches it
 * off if it names anything but {@code postern}.
 */
@AutoConfiguration(after = PosternAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE) // after Spring AI's own models, which are there for a purpose
@ConditionalOnClass({ChatModel.class, PosternChatModel.class})
@ConditionalOnProperty(name = "spring.ai.model.chat", havingValue = "postern", matchIfMissing = true)
@ConditionalOnProperty(name = "postern.enabled", havingValue = "true", matchIfMissing = true)
public final class PosternSpringAiAutoConfiguration {
    /** Used by Spring. */
    public PosternSpringAiAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(ChatModel.class)
    @ConditionalOnSingleCandidate(LlmProvider.class)
    PosternChatModel posternChatModel(
            LlmProvider llm,
            ObjectProvider<PosternChatOptions> options,
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<ChatModelObservationConvention> convention,
            ObjectProvider<ToolCallingManager> tools) {
        PosternChatModel.Builder model = PosternChatModel.builder(llm);
        options.ifUnique(model::options);
        observations.ifUnique(model::observationRegistry);
        convention.ifUnique(model::observationConvention);
        tools.ifUnique(model::toolCallingManager);
        return model.build();
    }
}
