package dev.postern.bedrock;

import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.project.AimockContract;
import java.util.Map;

/** The provider works with aimock's Converse API. aimock does not check signatures. */
class BedrockAimockTest extends AimockContract {

    @Override
    protected LlmProvider provider(String address, RetryPolicy retries) {
        return BedrockProvider.builder()
                .region("eu-central-1")
                .endpoint(address)
                .credentials(new AwsCredentials("AKIDEXAMPLE", "not-a-secret"))
                .defaultModel("eu.anthropic.claude-sonnet-4-20250514-v1:0")
                .retries(retries)
                .build();
    }

    /** aimock replaces broken arguments with {@code {}} in this API. */
    @Override
    protected ToolCall withBrokenArguments() {
        return ToolCall.of("call_bad", "get_weather", Map.of());
    }

    /** aimock sends OpenAI's name, {@code content_filter}. Bedrock's is {@code content_filtered}. */
    @Override
    protected StopReason contentFilter() {
        return StopReason.OTHER;
    }
}
