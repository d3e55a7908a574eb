package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.agent.Agents;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which beans the properties make, and which beans of the application replace them. */
class GatewayBeansTest {
    @Test
    void propertiesOfAServerMakeAGateway() {
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withPropertyValues("postern.api-key=key-with-$SIGNS-and-$$")
                    .run(context -> {
                        assertThat(context)
                                .hasSingleBean(LlmProvider.class)
                                .hasSingleBean(Gateway.class)
                                .hasSingleBean(RunningGateway.class)
                                .hasSingleBean(Agents.class)
                                .hasSingleBean(GatewayReloader.class);
                        assertThat(context.getBean(Gateway.class).backends()).containsExactly("openai");
                        assertThat(context.getBean(LlmProvider.class)
                                        .completions(QUESTION)
                                        .content())
                                .isEqualTo("Paris");
                        assertThat(server.request(0).header("Authorization"))
                                .isEqualTo("Bearer key-with-$SIGNS-and-$$");
                        assertThat(server.request(0).json().text("model")).isEqualTo("small");
                    });
        }
    }

    @Test
    void retriesAndTimeoutsArePassedOn() {
        try (WireServer server =
                WireServer.openai().status(503, "Retry-After: 0").hang().answer("Paris")) {
            Contexts.of(server)
                    .withPropertyValues("postern.retries.max-attempts=1", "postern.timeouts.total=200ms")
                    .run(context -> {
                        LlmProvider llm = context.getBean(LlmProvider.class);

                        assertThat(failure(llm)).isEqualTo(Kind.OVERLOADED);
                        assertThat(server.requests()).hasSize(1);
                        assertThat(failure(llm)).isEqualTo(Kind.TIMEOUT);
                    });
        }
    }

    private static Kind failure(LlmProvider llm) {
        return catchThrowableOfType(LlmException.class, () -> llm.completions(QUESTION))
                .kind();
    }

    @Test
    void anotherProviderIsChosenByItsName() {
        try (WireServer server = WireServer.bedrock().answer("Paris")) {
            Contexts.plain()
                    .withPropertyValues(
                            "postern.provider=bedrock",
                            "postern.region=eu-central-1",
                            "postern.base-url=" + server.url(),
                            "postern.api-key=key",
                            "postern.model=amazon.nova-lite-v1:0")
                    .run(context -> {
                        assertThat(context.getBean(Gateway.class).backends()).containsExactly("bedrock");
                        assertThat(context.getBean(LlmProvider.class)
                                        .completions(QUESTION)
                                        .content())
                                .isEqualTo("Paris");
                    });
        }
    }

    @Test
    void everythingIsSwitchedOff() {
        Contexts.plain()
                .withPropertyValues("postern.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(LlmProvider.class)
                        .doesNotHaveBean(Agents.class)
                        .doesNotHaveBean(GracefulShutdown.class)
                        .doesNotHaveBean("posternHealthIndicator"));
    }

    @Test
    void theHealthOfAProviderOfTheApplicationIsSwitchedOff() {
        Contexts.plain()
                .withPropertyValues("postern.enabled=false")
                .withBean(LlmProvider.class, () -> FakeLlm.answering("Paris"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("posternHealthIndicator"));
    }

    @Test
    void aProviderOfTheApplicationReplacesTheGateway() {
        FakeLlm own = FakeLlm.answering("Paris");
        Contexts.plain().withBean("own", LlmProvider.class, () -> own).run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(RunningGateway.class)
                    .doesNotHaveBean(GatewayReloader.class);
            assertThat(context.getBean(LlmProvider.class)).isSameAs(own);
            assertThat(context).hasSingleBean(Agents.class);
        });
    }

    @Test
    void aRunningGatewayOfTheApplicationReplacesOurs() {
        RunningGateway own = GatewayLoader.create().parse("providers: {llm: {backends: {mine: {backend: noop}}}}");
        Contexts.plain().withBean("own", RunningGateway.class, () -> own).run(context -> {
            assertThat(context.getBean(LlmProvider.class)).isSameAs(own.gateway());
            assertThat(context.getBean(Agents.class)).isSameAs(own.agents());
        });
    }

    @Test
    void aSecondProviderMayStandBesideTheGateway() {
        try (WireServer server = WireServer.openai()) {
            Contexts.of(server).withUserConfiguration(Second.class).run(context -> {
                assertThat(context).hasSingleBean(Gateway.class);
                assertThat(context.getBean(LlmProvider.class)).isInstanceOf(Gateway.class);
                assertThat(context.getBean("second")).isInstanceOf(FakeLlm.class);
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Second {
        @Bean(defaultCandidate = false)
        @Qualifier("second")
        LlmProvider second() {
            return FakeLlm.answering("second");
        }
    }

    @Test
    void severalProvidersOfTheApplicationAreLeftAlone() {
        Contexts.plain()
                .withBean("one", LlmProvider.class, () -> FakeLlm.answering("1"))
                .withBean("two", LlmProvider.class, () -> FakeLlm.answering("2"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Gateway.class)
                        .doesNotHaveBean(Agents.class)
                        .doesNotHaveBean("posternHealthIndicator"));
    }
}
