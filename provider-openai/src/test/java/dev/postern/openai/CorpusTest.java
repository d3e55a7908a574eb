package dev.postern.openai;

import dev.postern.LlmProvider;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.project.CorpusContract;
import java.net.URI;

/** The provider agrees with the recorded traffic of OpenAI-compatible servers. */
class CorpusTest extends CorpusContract {

    @Override
    protected String api() {
        return "openai";
    }

    @Override
    protected LlmProvider provider(URI server, String model) {
        return OpenAiProvider.builder()
                .baseUrl(server.toString())
                .defaultModel(model)
                .retries(RetryPolicy.none())
                .build();
    }
}
