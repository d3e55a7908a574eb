package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.postern.LlmProvider;
import dev.postern.langchain4j.PosternChatModel;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** LangChain4j has models over the provider, unless the application has others. */
class LangChain4jTest {
    private static final String QUESTION = "What is the capital of France?";

    private static ApplicationContextRunner withNoServer() {
        return Contexts.plain().withPropertyValues("postern.provider=noop");
    }

    @Test
    void theModelsAskTheGateway() {
        try (WireServer server = WireServer.openai().answer("Paris").answer("London")) {
            Contexts.of(server).run(context -> {
                CompletableFuture<String> streamed = new CompletableFuture<>();

                assertThat(context.getBean(ChatModel.class).chat(QUESTION)).isEqualTo("Paris");
                context.getBean(StreamingChatModel.class).chat(QUESTION, new StreamingChatResponseHandler() {
                    @Override
                    public void onCompleteResponse(ChatResponse response) {
                        streamed.complete(response.aiMessage().text());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        streamed.completeExceptionally(failure);
                    }
                });
                assertThat(streamed.get(30, TimeUnit.SECONDS)).isEqualTo("London");
                assertThat(server.request(1).json().text("model")).isEqualTo("small");
            });
        }
    }

    @Test
    void parametersAndListenersAreBeans() {
        List<String> heard = new CopyOnWriteArrayList<>();
        FakeLlm fake = FakeLlm.answering("Paris");
        Contexts.plain()
                .withBean(LlmProvider.class, () -> fake)
                .withBean(
                        ChatRequestParameters.class,
                        () -> ChatRequestParameters.builder().modelName("large").build())
                .withBean(ChatModelListener.class, () -> new ChatModelListener() {
                    @Override
                    public void onResponse(ChatModelResponseContext context) {
                        heard.add(context.chatResponse().aiMessage().text());
                    }
                })
                .run(context -> {
                    context.getBean(ChatModel.class).chat(QUESTION);

                    assertThat(fake.requests().get(0).model()).isEqualTo("large");
                    assertThat(heard).containsExactly("Paris");
                });
    }

    @Test
    void aModelOfTheApplicationReplacesOursOfItsType() {
        withNoServer()
                .withBean("own", ChatModel.class, () -> PosternChatModel.of(FakeLlm.answering("Paris")))
                .run(context -> assertThat(context)
                        .hasSingleBean(ChatModel.class)
                        .doesNotHaveBean("posternLangChain4jChatModel")
                        .hasSingleBean(StreamingChatModel.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postern.langchain4j.enabled=false", "postern.enabled=false"})
    void isSwitchedOff(String property) {
        withNoServer()
                .withPropertyValues(property)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(ChatModel.class)
                        .doesNotHaveBean(StreamingChatModel.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.postern.langchain4j", "dev.langchain4j"})
    void needsBothLibraries(String missing) {
        withNoServer()
                .withClassLoader(new FilteredClassLoader(missing))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("posternLangChain4jChatModel"));
    }
}
