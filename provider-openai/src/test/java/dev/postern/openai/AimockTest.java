package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.project.AimockContract;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AimockTest extends AimockContract {

    @Override
    protected LlmProvider provider(String address, RetryPolicy retries) {
        return OpenAiProvider.builder()
                .baseUrl(address)
                .defaultModel("gpt-4o")
                .retries(retries)
                .build();
    }

    @Override
    protected ToolCall withBrokenArguments() {
        return ToolCall.malformed("call_bad", "get_weather", "{\"city\": \"Par");
    }

    @Override
    protected StopReason contentFilter() {
        return StopReason.CONTENT_FILTER;
    }

    @Test
    void errorCodeOfTheServerIsKept() {
        assertThat(failure("400").code()).isEqualTo("invalid_value");
        assertThat(failure("529").kind()).isEqualTo(Kind.OVERLOADED);
    }

    @Test
    void exhaustedQuotaIsNotARateLimit() {
        assertThat(failure("429-quota").kind()).isEqualTo(Kind.QUOTA);
        assertThat(failure("429-quota").retryAfter()).hasValue(Duration.ofHours(1));
    }

    @Test
    void listsTheModelsAndIsHealthy() {
        LlmProvider llm = once();

        assertThat(llm.listModels()).extracting(model -> model.name()).contains("aimock-chat", "aimock-reasoner");
        assertThat(llm.health().up()).isTrue();
    }
}
