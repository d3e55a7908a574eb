package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** The health of backends is bounded in time, and costs no tokens. */
class HealthTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private static FakeLlm down() {
        return FakeLlm.named("fake").health(ProviderHealth.down("It is down."));
    }

    private static Map<?, ?> backends(Health health) {
        return (Map<?, ?>) health.getDetails().get("backends");
    }

    @Test
    void aCheckListsTheModels() {
        try (WireServer server = WireServer.openai().models("a", "b")) {
            Contexts.of(server).run(context -> {
                Health health = context.getBean(HealthIndicator.class).health();

                assertThat(health.getStatus()).isEqualTo(Status.UP);
                assertThat(backends(health).get("openai").toString()).contains("2 models");
                assertThat(server.requests()).as("calls of the model").isEmpty();
            });
        }
    }

    @Test
    void aServerThatIsNotThereIsDown() {
        WireServer closed = WireServer.openai();
        closed.close();
        Contexts.of(closed)
                .withPropertyValues("postern.retries.max-attempts=1")
                .run(context -> assertThat(
                                context.getBean(HealthIndicator.class).health().getStatus())
                        .isEqualTo(Status.DOWN));
    }

    @Test
    void aGatewayIsUpIfAFallbackIs() {
        try (Gateway gateway = Gateway.builder()
                .backend("first", down())
                .backend("second", FakeLlm.named("fake"))
                .backend("third", FakeLlm.named("fake"))
                .defaultBackend("first")
                .fallbacks("first", List.of("second"))
                .build()) {
            Health health = new PosternHealthIndicator(gateway, PATIENT).health();

            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(backends(health).get("first")).isEqualTo(Map.of("status", "DOWN", "detail", "It is down."));
        }
    }

    @Test
    void aGatewayIsDownIfOnlyOthersAreUp() {
        try (Gateway gateway = Gateway.builder()
                .backend("first", down())
                .backend("other", FakeLlm.named("fake"))
                .defaultBackend("first")
                .build()) {
            assertThat(new PosternHealthIndicator(gateway, PATIENT).health().getStatus())
                    .isEqualTo(Status.DOWN);
        }
    }

    @Test
    void aServerThatHangsIsAskedOnce() {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<ProviderHealth> answer = new CompletableFuture<>();
        LlmProvider hanging = provider(() -> {
            asked.incrementAndGet();
            return answer;
        });
        PosternHealthIndicator indicator = new PosternHealthIndicator(hanging, Duration.ofMillis(20));

        assertThat(indicator.health().getDetails().toString()).contains("did not answer within 20 ms");
        assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(asked).hasValue(1);

        answer.complete(ProviderHealth.up("It answers."));
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        assertThat(asked).hasValue(2);
    }

    @Test
    void aReloadAsksTheNewBackend() {
        Gateway gateway = Gateway.builder()
                .backend("main", provider(CompletableFuture::new))
                .build();
        PosternHealthIndicator indicator = new PosternHealthIndicator(gateway, Duration.ofMillis(20));
        assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);

        gateway.reload(Gateway.builder()
                .backend("main", provider(() -> CompletableFuture.completedFuture(ProviderHealth.up("It answers.")))));

        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    @SuppressWarnings("NullAway") // what a provider should not do
    void aProviderThatGivesNullIsDown() {
        for (LlmProvider wrong :
                List.of(provider(() -> null), provider(() -> CompletableFuture.completedFuture(null)))) {
            PosternHealthIndicator indicator = new PosternHealthIndicator(wrong, PATIENT);

            Health health = indicator.health();

            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().toString()).contains("gave null");
        }
    }

    @Test
    void anErrorOfAProviderDoesNotBlockLaterChecks() {
        AtomicInteger asked = new AtomicInteger();
        PosternHealthIndicator indicator = new PosternHealthIndicator(
                provider(() -> {
                    if (asked.incrementAndGet() == 1) {
                        throw new NoClassDefFoundError("a class of the provider");
                    }
                    return CompletableFuture.completedFuture(ProviderHealth.up("It answers."));
                }),
                PATIENT);
        assertThatThrownBy(indicator::health).isInstanceOf(NoClassDefFoundError.class);

        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aProviderThatThrowsIsDown() {
        LlmProvider throwing = provider(() -> {
            throw new LlmException(Kind.CONFIGURATION, "It has no server.");
        });

        Health health = new PosternHealthIndicator(throwing, PATIENT).health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails().toString()).contains("It has no server.");
    }

    @Test
    void anInterruptEndsTheCheck() {
        PosternHealthIndicator indicator = new PosternHealthIndicator(provider(CompletableFuture::new), PATIENT);
        Thread.currentThread().interrupt();

        Health health = indicator.health();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    }

    private interface Check {
        CompletableFuture<ProviderHealth> begin();
    }

    private static LlmProvider provider(Check check) {
        return new LlmProvider() {
            @Override
            public String name() {
                return "own";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                throw new AssertionError("a check asks the model");
            }

            @Override
            public CompletableFuture<ProviderHealth> healthAsync() {
                return check.begin();
            }
        };
    }

    @Test
    void isSwitchedOffByBootsProperty() {
        Contexts.plain()
                .withPropertyValues("postern.provider=noop", "management.health.postern.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthIndicator.class));
    }
}
