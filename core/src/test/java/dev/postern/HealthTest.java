package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HealthTest {

    @Test
    void theKindOfTheFailureCountsForEquality() {
        Health refused = Health.down(new LlmException(Kind.CONNECTION, "no"));

        assertThat(refused).isEqualTo(Health.down(new LlmException(Kind.CONNECTION, "no")));
        assertThat(refused)
                .isNotEqualTo(Health.down(new LlmException(Kind.PROTOCOL, "no")))
                .isNotEqualTo(Health.down("no"));
    }

    @Test
    void aFailedCheckSaysItsKind() {
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
        assertThat(Health.up("fine").failure()).isEmpty();
    }
}
