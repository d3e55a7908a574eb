package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.agent.InMemoryConversations;
import dev.postern.agent.Tool;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Agents of beans and of a file, with tools that are beans. */
class AgentBeansTest {
    record City(String name) {}

    @Configuration(proxyBeanMethods = false)
    static class Helper {
        @Bean
        AgentSpec helper() {
            return AgentSpec.builder("helper")
                    .primitive(AgentSpec.TOOLS, AgentPrimitive.ON)
                    .build();
        }

        @Bean
        Tool weather() {
            return Tool.of("get_weather", "The weather, now.", City.class, city -> "18 °C in " + city.name());
        }

        @Bean
        InMemoryConversations conversations() {
            return InMemoryConversations.create();
        }
    }

    @Test
    void anAgentOfABeanHasTheToolsThatAreBeans() {
        try (WireServer server = WireServer.openai()
                .toolCall("get_weather", Map.of("name", "Paris"))
                .answer("Take a coat.")) {
            Contexts.of(server).withUserConfiguration(Helper.class).run(context -> {
                Agents agents = context.getBean(Agents.class);

                assertThat(agents.agent("helper")
                                .run("What do I wear in Paris?")
                                .text())
                        .isEqualTo("Take a coat.");
                assertThat(server.request(1).text()).contains("18 °C in Paris");
                assertThat(agents.conversations()).isSameAs(context.getBean(InMemoryConversations.class));
            });
        }
    }

    @Test
    void agentsOfBeansAskTheProviderOfTheApplication() {
        FakeLlm own = FakeLlm.answering("Hello.");
        Contexts.plain()
                .withUserConfiguration(Helper.class)
                .withBean(LlmProvider.class, () -> own)
                .run(context -> assertThat(context.getBean(Agents.class)
                                .agent("helper")
                                .run("Hi")
                                .text())
                        .isEqualTo("Hello."));
    }

    @Test
    void aFileDeclaresAgentsByName(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers: {llm: {backends: {main: {backend: noop}}}}
                agents: {specs: {reporter: {primitives: {tools: {tools: [get_weather]}}}}}
                """);
        Contexts.plain()
                .withUserConfiguration(Helper.class)
                .withPropertyValues("postern.config=" + file)
                .run(context -> assertThat(context.getBean(Agents.class).list())
                        .extracting(AgentSpec::name)
                        .containsExactlyInAnyOrder("helper", "reporter"));
    }

    @Test
    void aCustomizerMayRefuseTheConfiguration() {
        AgentsCustomizer refusing = agents -> {
            throw new LlmException(Kind.CONFIGURATION, "There is no room for agents.");
        };
        Contexts.plain()
                .withPropertyValues("postern.provider=noop")
                .withBean(AgentsCustomizer.class, () -> refusing)
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessage("There is no room for agents."));
    }
}
