package dev.postern.spring.boot;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.postern.LlmProvider;
import dev.postern.langchain4j.PosternChatModel;
import dev.postern.langchain4j.PosternModelBuilder;
import dev.postern.langchain4j.PosternStreamingChatModel;
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
 * Makes a {@link ChatModel} and a {@link StreamingChatModel} of LangChain4j over the application's provider, if {@code postern-langchain4j} is
 * on the class path. Each is left out if the application or another auto-configuration has one of this type. A bean of type {@link
 * ChatRequestParameters} has the default parameters, and beans of type {@link ChatModelListener} listen. {@code
 * postern.langchain4j.enabled=false} switches it off.
 */
@AutoConfiguration(after = PosternAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE) // after LangChain4j's own models, which are there for a purpose
@ConditionalOnClass({ChatModel.class, PosternChatModel.class})
@ConditionalOnProperty(
        name = {"postern.enabled", "postern.langchain4j.enabled"},
        havingValue = "true",
        matchIfMissing = true)
public final class PosternLangChain4jAutoConfiguration {
    /** Used by Spring. */
    public PosternLangChain4jAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(ChatModel.class)
    @ConditionalOnSingleCandidate(LlmProvider.class)
    PosternChatModel posternLangChain4jChatModel(
            LlmProvider llm,
            ObjectProvider<ChatRequestParameters> parameters,
            ObjectProvider<ChatModelListener> listeners) {
        return with(PosternChatModel.builder(llm), parameters, listeners).build();
    }

    @Bean
    @ConditionalOnMissingBean(StreamingChatModel.class)
    @ConditionalOnSingleCandidate(LlmProvider.class)
    PosternStreamingChatModel posternLangChain4jStreamingChatModel(
            LlmProvider llm,
            ObjectProvider<ChatRequestParameters> parameters,
            ObjectProvider<ChatModelListener> listeners) {
        return with(PosternStreamingChatModel.builder(llm), parameters, listeners)
                .build();
    }

    private static <B extends PosternModelBuilder<B>> B with(
            B model, ObjectProvider<ChatRequestParameters> parameters, ObjectProvider<ChatModelListener> listeners) {
        parameters.ifUnique(model::defaultRequestParameters);
        return model.listeners(listeners.orderedStream().toList());
    }
}
