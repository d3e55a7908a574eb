package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProviderHealthTest {

    @Test
    void comparesTheKindOfTheFailure() {
        ProviderHealth refused = ProviderHealth.down(new LlmException(Kind.CONNECTION, "no"));

        assertThat(refused).isEqualTo(ProviderHealth.down(new LlmException(Kind.CONNECTION, "no")));
        assertThat(refused)
                .isNotEqualTo(ProviderHealth.down(new LlmException(Kind.PROTOCOL, "no")))
                .isNotEqualTo(ProviderHealth.down("no"));
    }

    @Test
    void hasTheKindOfAFailedCheck() {
        LlmProvider broken = new LlmProvider() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                return CompletableFuture.failedFuture(new LlmException(Kind.PROTOCOL, "no HTTP"));
            }
        };

        assertThat(broken.health().failure()).contains(Kind.PROTOCOL);
        assertThat(ProviderHealth.up("fine").failure()).isEmpty();
    }
}
