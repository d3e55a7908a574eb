package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.http.Limits;
import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final FakeBackend main = new FakeBackend("main");
    private final FakeBackend down = new FakeBackend("down");

    @Test
    void theServerIsAliveEvenIfItsBackendsAreDown() throws IOException {
        down.health = ProviderHealth.down("no");
        try (TestServer served = TestServer.of(down)) {
            RawClient.Answer answer = served.get("/healthz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void allBackendsAreShown() throws IOException {
        try (TestServer served = TestServer.of(main, down)) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"ok\",\"checks\":{\"llm/main\":\"ok\",\"llm/down\":\"ok\"}}");
        }
    }

    @Test
    void anUnusedBackendIsShownButDoesNotAffectReadiness() throws IOException {
        down.health = ProviderHealth.down("Nothing listens at http://10.0.0.1.");
        try (TestServer served = TestServer.of(main, down)) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"degraded\",\"checks\":{\"llm/main\":\"ok\",\"llm/down\":\"down\"}}");
        }
    }

    @Test
    void itIsNotReadyIfTheDefaultBackendIsDown() throws IOException {
        down.health = ProviderHealth.down("Nothing listens at http://10.0.0.1.");
        try (TestServer served = TestServer.of(down, main)) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"degraded\",\"checks\":{\"llm/down\":\"down\",\"llm/main\":\"ok\"}}");
        }
    }

    @Test
    void itIsReadyIfAFallbackIsUp() throws IOException {
        down.health = ProviderHealth.down("no");
        try (TestServer served =
                TestServer.of(Limits.defaults(), gateway -> gateway.fallbacks("down", List.of("main")), down, main)) {
            assertThat(served.get("/readyz").status()).isEqualTo(200);
            main.health = ProviderHealth.down("no");
            assertThat(served.get("/readyz").status()).isEqualTo(503);
        }
    }

    @Test
    void aFallbackForOtherFailuresDoesNotMakeItReady() throws IOException {
        down.health = ProviderHealth.down("no");
        try (TestServer served = TestServer.of(
                Limits.defaults(),
                gateway -> gateway.fallbacks("down", List.of("main"), Set.of(Kind.QUOTA)),
                down,
                main)) {
            assertThat(served.get("/readyz").status()).isEqualTo(503);
        }
    }

    @Test
    void aGroupIsReadyIfOneMemberIsReady() throws IOException {
        down.health = ProviderHealth.down("no");
        try (TestServer served = TestServer.of(
                Limits.defaults(),
                gateway -> gateway.group("pool", Map.of("down", 1, "main", 1)).defaultBackend("pool"),
                down,
                main)) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("\"llm/pool\":\"ok\"");
        }
    }

    /** The health check of the provider succeeds, because listing models costs nothing. */
    @Test
    void aBackendWhoseAccountIsEmptyIsDown() throws IOException {
        main.answer = request -> CompletableFuture.failedFuture(new LlmException(Kind.QUOTA, "empty"));
        try (TestServer served = TestServer.of(main)) {
            served.post(TestServer.COMPLETIONS, TestServer.HELLO);

            assertThat(served.get("/readyz").status()).isEqualTo(503);
        }
    }

    @Test
    void aBackendThatRefusesTheKeyIsDown() throws IOException {
        try (StandInServer server = StandInServer.start(Duration.ZERO);
                TestServer served = TestServer.of(OpenAiProvider.builder()
                        .name("refused")
                        .baseUrl(server.baseUrl())
                        .apiKey(StandInServer.WRONG_KEY)
                        .build())) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).contains("\"llm/refused\":\"down\"").doesNotContain(StandInServer.WRONG_KEY);
        }
    }

    @Test
    void backendsAreCheckedConcurrentlyAndASilentOneIsDown() throws IOException {
        CyclicBarrier together = new CyclicBarrier(2);
        CountDownLatch never = new CountDownLatch(1);
        Limits limits = Limits.defaults().withHealth(Duration.ofSeconds(2));
        try (TestServer served = TestServer.of(
                limits,
                waiting(new FakeBackend("a"), together),
                waiting(new FakeBackend("b"), together),
                silent(never))) {
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .contains("\"checks\":{\"llm/a\":\"ok\",\"llm/b\":\"ok\",\"llm/silent\":\"down\"}");
        }
    }

    @Test
    void aReloadThatRenamesTheDefaultBackendDuringTheChecksKeepsItReady() throws IOException {
        CompletableFuture<Gateway> gateway = new CompletableFuture<>();
        LlmProvider blue = new WaitingBackend(
                "blue",
                () -> gateway.get(30, TimeUnit.SECONDS)
                        .reload(Gateway.builder().backend("green", new FakeBackend("green"))));
        try (TestServer served = TestServer.of(blue)) {
            gateway.complete(served.gateway);
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"checks\":{\"llm/green\":\"ok\"}}");
        }
    }

    @Test
    void aBackendThatAReloadRemovesDuringTheChecksIsNotReported() throws IOException {
        CompletableFuture<Gateway> gateway = new CompletableFuture<>();
        LlmProvider alt = new WaitingBackend(
                "alt",
                () -> gateway.get(30, TimeUnit.SECONDS)
                        .reload(Gateway.builder().backend("main", new FakeBackend("main"))));
        try (TestServer served = TestServer.of(main, alt)) {
            gateway.complete(served.gateway);
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"checks\":{\"llm/main\":\"ok\"}}");
        }
    }

    @Test
    void reloadsDuringAllChecksDoNotRepeatThemForEver() throws IOException {
        CompletableFuture<Gateway> gateway = new CompletableFuture<>();
        AtomicInteger reloads = new AtomicInteger();
        try (TestServer served = TestServer.of(replacedByItsCheck(0, gateway, reloads))) {
            gateway.complete(served.gateway);
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.body()).contains("\"llm/main3\":\"ok\"");
            assertThat(reloads).hasValue(4);
        }
    }

    private static LlmProvider replacedByItsCheck(
            int number, CompletableFuture<Gateway> gateway, AtomicInteger reloads) {
        return new WaitingBackend("main" + number, () -> {
            reloads.incrementAndGet();
            LlmProvider next = replacedByItsCheck(number + 1, gateway, reloads);
            gateway.get(30, TimeUnit.SECONDS).reload(Gateway.builder().backend(next.name(), next));
        });
    }

    private static LlmProvider waiting(FakeBackend backend, CyclicBarrier together) {
        return new WaitingBackend(backend.name(), () -> together.await(30, TimeUnit.SECONDS));
    }

    private static LlmProvider silent(CountDownLatch never) {
        return new WaitingBackend("silent", never::await);
    }

    @Test
    void aFailedReloadIsShown() throws IOException {
        try (TestServer served = TestServer.of(main)) {
            served.reloadError = "gateway.yaml: no such backend";
            RawClient.Answer answer = served.get("/readyz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"status\":\"degraded\",\"checks\":{\"llm/main\":\"ok\"},"
                            + "\"config_reload_error\":\"gateway.yaml: no such backend\"}");
        }
    }

    /** Waits for an action before it reports that it is up. */
    private record WaitingBackend(String name, Wait until) implements LlmProvider {
        @FunctionalInterface
        interface Wait {
            void run() throws Exception;
        }

        @Override
        public CompletableFuture<dev.postern.CompletionResponse> completionsAsync(
                dev.postern.CompletionRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<ProviderHealth> healthAsync() {
            try {
                until.run();
                return CompletableFuture.completedFuture(ProviderHealth.up("fine"));
            } catch (Exception e) {
                return CompletableFuture.completedFuture(ProviderHealth.down(e.toString()));
            }
        }
    }
}
