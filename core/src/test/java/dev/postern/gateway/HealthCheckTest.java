package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Health;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.testkit.ManualTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How often a backend is asked for its health. */
class HealthCheckTest {
    private final ManualTimer clock = new ManualTimer();
    private final AtomicInteger asked = new AtomicInteger();
    private Health health = Health.up("fine");
    private final Gateway gateway =
            Gateway.builder().backend("main", new Checked()).timer(clock).build();

    private final class Checked implements LlmProvider {
        @Override
        public String name() {
            return "main";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Health health() {
            asked.incrementAndGet();
            return health;
        }
    }

    private int askedIn(Duration time) {
        int before = asked.get();
        for (long second = 0; second < time.toSeconds(); second++) {
            assertThat(gateway.health()).isEqualTo(health);
            clock.advance(Duration.ofSeconds(1));
        }
        return asked.get() - before;
    }

    @Test
    void oneThatIsWellOrOnlyDownIsAskedEachTime() {
        assertThat(askedIn(Duration.ofSeconds(10))).isEqualTo(10);
        health = Health.down(new LlmException(Kind.CONNECTION, "Nothing listens there."));
        assertThat(askedIn(Duration.ofSeconds(10))).isEqualTo(10);
        health = Health.down("no");
        assertThat(askedIn(Duration.ofSeconds(10))).isEqualTo(10);
    }

    @Test
    void oneWhosePeerSpeaksNoHttpIsAskedLessAndLessOften() {
        health = Health.down(new LlmException(Kind.PROTOCOL, "What answers there does not speak HTTP."));

        assertThat(askedIn(Duration.ofSeconds(35))).isEqualTo(3); // at 0, 5 and 15 s
        assertThat(askedIn(Duration.ofHours(1))).isBetween(12, 18); // in the end every five minutes
    }

    @Test
    void onceItIsWellItIsAskedEachTimeAgain() {
        health = Health.down(new LlmException(Kind.PROTOCOL, "no HTTP"));
        askedIn(Duration.ofSeconds(5));
        health = Health.up("fine");

        assertThat(askedIn(Duration.ofSeconds(10))).isEqualTo(10);
    }

    @Test
    void eachFailureOfACheckSaysItsKind() {
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
            public CompletableFuture<java.util.List<dev.postern.ModelInfo>> listModelsAsync() {
                return CompletableFuture.failedFuture(new LlmException(Kind.PROTOCOL, "no HTTP"));
            }
        };

        assertThat(broken.health().failure()).contains(Kind.PROTOCOL);
        assertThat(Health.up("fine").failure()).isEmpty();
    }
}
