package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.springai.PosternChatModel;
import dev.postern.springai.PosternChatOptions;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;

/** Spring AI has a chat model over the provider, unless the application has another one. */
class SpringAiTest {
    private static final String QUESTION = "What is the capital of France?";

    private static ApplicationContextRunner withNoServer() {
        return Contexts.plain().withPropertyValues("postern.provider=noop");
    }

    @Test
    void aChatClientAsksTheGateway() {
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withConfiguration(AutoConfigurations.of(
                            ChatClientAutoConfiguration.class, ToolCallingAutoConfiguration.class))
                    .run(context -> {
                        String answer = context.getBean(ChatClient.Builder.class)
                                .build()
                                .prompt(QUESTION)
                                .call()
                                .content();

                        assertThat(answer).isEqualTo("Paris");
                        assertThat(server.request(0).json().text("model")).isEqualTo("small");
                    });
        }
    }

    @Test
    void theOptionsAreABean() {
        FakeLlm fake = FakeLlm.answering("Paris");
        Contexts.plain()
                .withBean(LlmProvider.class, () -> fake)
                .withBean(
                        PosternChatOptions.class,
                        () -> PosternChatOptions.builder().model("large").build())
                .run(context -> {
                    context.getBean(ChatModel.class).call(QUESTION);

                    assertThat(fake.requests().get(0).model()).isEqualTo("large");
                });
    }

    @Test
    void callsAreObserved() {
        List<String> names = new CopyOnWriteArrayList<>();
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ObservationHandler<ChatModelObservationContext>() {
            @Override
            public void onStop(ChatModelObservationContext context) {
                names.add(context.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof ChatModelObservationContext;
            }
        });
        withNoServer()
                .withBean(ObservationRegistry.class, () -> observations)
                .withBean(Named.class, Named::new)
                .run(context -> {
                    context.getBean(ChatModel.class).call(QUESTION);

                    assertThat(names).containsExactly("calls.of.this.application");
                });
    }

    private static final class Named extends DefaultChatModelObservationConvention {
        @Override
        public String getName() {
            return "calls.of.this.application";
        }
    }

    @Test
    void aModelOfTheApplicationReplacesOurs() {
        PosternChatModel own =
                PosternChatModel.builder(FakeLlm.answering("Paris")).build();
        withNoServer()
                .withBean("own", ChatModel.class, () -> own)
                .run(context ->
                        assertThat(context).hasSingleBean(ChatModel.class).doesNotHaveBean("posternChatModel"));
    }

    /** As the model of another starter is. */
    @Test
    void aModelOfAnotherAutoConfigurationReplacesOurs() {
        withNoServer()
                .withConfiguration(AutoConfigurations.of(ZOtherAutoConfiguration.class))
                .run(context ->
                        assertThat(context).hasSingleBean(ChatModel.class).doesNotHaveBean("posternChatModel"));
    }

    /** Its name comes after ours, so only the order of the auto-configurations brings it first. */
    @AutoConfiguration
    static class ZOtherAutoConfiguration {
        @Bean
        ChatModel otherChatModel() {
            return PosternChatModel.builder(FakeLlm.answering("Paris")).build();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring.ai.model.chat=none", "spring.ai.model.chat=openai", "postern.enabled=false"})
    void isSwitchedOff(String property) {
        withNoServer()
                .withPropertyValues(property)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatModel.class));
    }

    @Test
    void isChosenByName() {
        withNoServer()
                .withPropertyValues("spring.ai.model.chat=postern")
                .run(context -> assertThat(context).hasSingleBean(ChatModel.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.postern.springai", "org.springframework.ai"})
    void needsBothLibraries(String missing) {
        withNoServer()
                .withClassLoader(new FilteredClassLoader(missing))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("posternChatModel"));
    }

    @Test
    void severalProvidersOfTheApplicationHaveNoModel() {
        Contexts.plain()
                .withBean("one", LlmProvider.class, () -> FakeLlm.answering("1"))
                .withBean("two", LlmProvider.class, () -> FakeLlm.answering("2"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ChatModel.class));
    }

    @Test
    void bootFindsTheAutoConfiguration() {
        assertThat(ImportCandidates.load(AutoConfiguration.class, null))
                .contains(
                        PosternSpringAiAutoConfiguration.class.getName(),
                        PosternLangChain4jAutoConfiguration.class.getName());
    }
}
