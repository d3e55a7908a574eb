package dev.postern.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.agent.Agents;
import dev.postern.config.RunningGateway;
import dev.postern.testkit.FakeLlm;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/** A test of an application has a fake as its provider. */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureFakeLlm
class FakeLlmSliceTest {
    record Advisor(LlmProvider llm) {
        String answer(String question) {
            return llm.completions(CompletionRequest.of(question)).content();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Advisor advisor(LlmProvider llm) {
            return new Advisor(llm);
        }
    }

    @Autowired
    private FakeLlm llm;

    @Autowired
    private Advisor advisor;

    @Autowired
    private ApplicationContext context;

    /** Each repetition finds the fake as if it were new. */
    @RepeatedTest(2)
    void theServiceAsksTheFake() {
        assertThat(llm.unusedAnswers()).isZero();
        llm.thenText("Paris").thenText("unused");

        assertThat(advisor.answer("What is the capital of France?")).isEqualTo("Paris");
        assertThat(llm.requests()).hasSize(1);
    }

    @Test
    void noPropertyIsNeeded() {
        assertThat(context.getBeansOfType(LlmProvider.class)).containsOnlyKeys("posternFakeLlm");
        assertThat(context.getBeansOfType(RunningGateway.class)).isEmpty();
        assertThat(context.getBean(Agents.class).list()).isEmpty();
    }
}
