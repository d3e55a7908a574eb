package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.WireServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.env.MapPropertySource;

/** A reload replaces backends and agents, or changes nothing. */
class ReloadTest {
    private static final String OLD = "providers: {llm: {backends: {old: {backend: noop}}}}";
    private static final String NEW = """
            providers: {llm: {backends: {new: {backend: noop}}}}
            agents: {specs: {helper: {}}}
            """;

    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("gateway.yaml"), text).toString();
    }

    @Test
    void theFileIsReadAgain() throws Exception {
        Contexts.plain().withPropertyValues("postern.config=" + file(OLD)).run(context -> {
            Gateway gateway = context.getBean(Gateway.class);
            assertThat(gateway.backends()).containsExactly("old");
            file(NEW);

            context.getBean(GatewayReloader.class).reload();

            assertThat(gateway.backends()).containsExactly("new");
            assertThat(context.getBean(Agents.class).list())
                    .extracting(AgentSpec::name)
                    .containsExactly("helper");
        });
    }

    @Test
    void aWrongFileChangesNothing() throws Exception {
        String location = file(OLD);
        Contexts.plain().withPropertyValues("postern.config=" + location).run(context -> {
            file("providers: {llm: {backends: {new: {backend: nop}}}}");

            assertThatThrownBy(() -> context.getBean(GatewayReloader.class).reload())
                    .isInstanceOf(LlmException.class)
                    .hasMessageStartingWith(location + ":1: providers.llm.backends.new.backend: ");
            assertThat(context.getBean(Gateway.class).backends()).containsExactly("old");
        });
    }

    @Test
    void aValueOfTheWrongTypeChangesNothing() {
        try (WireServer server = WireServer.openai().answer("1")) {
            Map<String, Object> values = new HashMap<>(Map.of("postern.base-url", server.url()));
            Contexts.plain()
                    .withInitializer(context -> context.getEnvironment()
                            .getPropertySources()
                            .addFirst(new MapPropertySource("changing", values)))
                    .run(context -> {
                        values.put("postern.timeouts.total", "2mins");

                        assertThatThrownBy(() ->
                                        context.getBean(GatewayReloader.class).reload())
                                .isInstanceOf(LlmException.class)
                                .hasMessageStartingWith("postern.timeouts.total: ")
                                .hasMessageNotContaining("2mins")
                                .hasNoCause();
                        assertThat(context.getBean(LlmProvider.class)
                                        .completions(QUESTION)
                                        .content())
                                .isEqualTo("1");
                    });
        }
    }

    @Test
    void propertiesAreReadAgain() {
        try (WireServer first = WireServer.openai().answer("1");
                WireServer second = WireServer.openai().answer("2")) {
            Map<String, Object> values = new HashMap<>(Map.of("postern.base-url", first.url()));
            Contexts.plain()
                    .withInitializer(context -> context.getEnvironment()
                            .getPropertySources()
                            .addFirst(new MapPropertySource("changing", values)))
                    .run(context -> {
                        LlmProvider llm = context.getBean(LlmProvider.class);
                        assertThat(llm.completions(QUESTION).content()).isEqualTo("1");
                        values.put("postern.base-url", second.url());

                        context.getBean(GatewayReloader.class).reload();

                        assertThat(llm.completions(QUESTION).content()).isEqualTo("2");
                    });
        }
    }

    @Test
    void theEndpointShowsAndReloads() throws Exception {
        Contexts.plain()
                .withPropertyValues("postern.config=" + file(OLD), "management.endpoints.web.exposure.include=postern")
                .run(context -> {
                    PosternEndpoint endpoint = context.getBean(PosternEndpoint.class);
                    assertThat(endpoint.show())
                            .isEqualTo(
                                    Map.of("defaultBackend", "old", "backends", List.of("old"), "agents", List.of()));
                    file(NEW);

                    WebEndpointResponse<Map<String, Object>> answer = endpoint.reload();

                    assertThat(answer.getStatus()).isEqualTo(200);
                    assertThat(answer.getBody())
                            .isEqualTo(Map.of(
                                    "defaultBackend", "new", "backends", List.of("new"), "agents", List.of("helper")));
                    file("providers: {}");
                    WebEndpointResponse<Map<String, Object>> refused = endpoint.reload();
                    assertThat(refused.getStatus()).isEqualTo(500);
                    assertThat(String.valueOf(refused.getBody().get("error"))).contains("providers.llm: is missing");
                });
    }

    @Test
    void theEndpointIsThereOnlyIfItIsExposed() {
        Contexts.plain()
                .withPropertyValues("postern.provider=noop")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PosternEndpoint.class));
    }
}
