package dev.postern.bedrock;

import dev.postern.LlmProvider;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.project.CorpusContract;
import java.net.URI;

/** The provider reads the recorded traffic of Converse as expected. */
class BedrockCorpusTest extends CorpusContract {

    @Override
    protected String api() {
        return "bedrock";
    }

    @Override
    protected LlmProvider provider(URI server, String model) {
        return BedrockProvider.builder()
                .endpoint(server.toString())
                .region("us-east-1")
                .credentials(new AwsCredentials("AKIDEXAMPLE", "secret"))
                .defaultModel(model.isEmpty() ? "any" : model)
                .retries(RetryPolicy.none())
                .build();
    }
}
