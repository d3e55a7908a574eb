package dev.postern.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ProviderHealth;
import dev.postern.call.Instrumentation;
import dev.postern.gateway.BackendPolicy;
import dev.postern.gateway.Gateway;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.observe.CallFacts;
import dev.postern.server.observe.ObservedRequest;
import dev.postern.server.observe.RequestOutcome;
import dev.postern.testkit.FakeLlm;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminStateTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private final BackendStates states = new BackendStates(clock, nanos::get);
    private final OpenRequests requests = new OpenRequests();
    private final CallFacts facts = new CallFacts(cost -> {});
    private final FakeLlm main = FakeLlm.named("main");
    private final FakeLlm spare = FakeLlm.named("spare");
    private final Gateway gateway = Gateway.builder()
            .backend(
                    "main",
                    main,
                    BackendPolicy.builder().coolDown(1, Duration.ofHours(1)).build())
            .backend("spare", spare)
            .instrumentation(
                    Instrumentation.builder().listener(facts).listener(states).build())
            .listener(states)
            .build();
    private final AdminState state =
            new AdminState(gateway, states, requests, facts::costs, () -> "", () -> 2, clock, nanos::get);

    @AfterEach
    void close() {
        gateway.close();
    }

    private JsonObject json() {
        return Json.object(state.json());
    }

    private JsonObject backend(String name) {
        return json().objects("backends").stream()
                .filter(each -> each.text("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ObservedRequest begin(String id) {
        ObservedRequest request = new ObservedRequest(id, "c", "POST", clock.instant(), nanos::get, summary -> {});
        requests.add(request);
        return request;
    }

    private static CompletionRequest request(ObservedRequest of) {
        return CompletionRequest.builder()
                .user("a secret prompt")
                .model("m")
                .context(CallContext.builder().with(ObservedRequest.KEY, of).build())
                .build();
    }

    @Test
    void aBackendThatWorksHasItsNumbers() {
        facts.prices(Optional.of(Pricing.builder("EUR")
                .price("main", "*", Price.perMillion("1", "2"))
                .build()));
        main.thenText("Hello");
        gateway.completions(request(begin("r1")));

        JsonObject known = backend("main");
        assertThat(known.get("default")).isEqualTo(true);
        assertThat(known.get("available")).isEqualTo(true);
        assertThat(known.integer("answered", -1)).isEqualTo(1);
        assertThat(known.integer("open", -1)).isZero();
        assertThat(known.integer("recent_attempts", -1)).isEqualTo(1);
        assertThat(known.integer("tokens_in", -1)).isEqualTo(10);
        assertThat(known.object("cost").text("amount")).isEqualTo("0.00002");
        assertThat(known.object("cost").text("currency")).isEqualTo("EUR");
        assertThat(backend("spare").has("cost")).as("nothing was asked there").isFalse();
    }

    @Test
    void withoutPricesNoCostIsShown() {
        main.thenText("Hello");
        gateway.completions(request(begin("r1")));

        assertThat(backend("main").has("cost")).isFalse();
    }

    @Test
    void aBackendThatCoolsDownSaysWhyAndItsFailureHasNoKeyInIt() {
        main.thenFail(LlmException.builder(Kind.AUTHENTICATION, "The backend refused the key sk-live-abcdef123456.")
                .status(401)
                .backend("main")
                .build());
        ObservedRequest asked = begin("r7");
        assertThatThrownBy(() -> gateway.completions(request(asked))).isInstanceOf(LlmException.class);

        JsonObject known = backend("main");
        assertThat(known.get("available")).isEqualTo(false);
        JsonObject why = known.objects("unavailable").get(0);
        assertThat(why.text("kind")).isEqualTo("authentication");
        assertThat(why.text("since")).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(known.integer("failed", -1)).isEqualTo(1);
        assertThat(known.integer("recent_failures", -1)).isEqualTo(1);
        JsonObject failure = json().objects("failures").get(0);
        assertThat(failure.text("request_id")).isEqualTo("r7");
        assertThat(failure.text("backend")).isEqualTo("main");
        assertThat(failure.integer("status", -1)).isEqualTo(401);
        assertThat(failure.text("message")).contains("refused the key");
        assertThat(new String(state.json(), StandardCharsets.UTF_8)).doesNotContain("abcdef123456", "secret");
    }

    @Test
    void onlyTheLastFailuresAreKeptAndTheNewestIsTheFirst() {
        spare.thenFail(Kind.SERVER).repeatLast();
        for (int i = 0; i < 80; i++) {
            CompletionRequest asked =
                    request(begin("r" + i)).toBuilder().backend("spare").build();
            assertThatThrownBy(() -> gateway.completions(asked)).isInstanceOf(LlmException.class);
        }

        List<JsonObject> failures = json().objects("failures");
        assertThat(failures).hasSize(50);
        assertThat(failures.get(0).text("request_id")).isEqualTo("r79");
        assertThat(failures.get(49).text("request_id")).isEqualTo("r30");
    }

    @Test
    void openRequestsAreThereOldestFirstUntilTheirEnd() {
        ObservedRequest first = begin("first");
        first.route("/api/v1/llm/completions");
        first.caller("alice", "acme");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        ObservedRequest second = begin("second");

        List<JsonObject> open = json().objects("open_requests");
        assertThat(open).extracting(each -> each.text("request_id")).containsExactly("first", "second");
        assertThat(open.get(0).text("key")).isEqualTo("alice");
        assertThat(open.get(0).integer("age_ms", -1)).isEqualTo(2_000);
        assertThat(json().object("requests").integer("streams", -1)).isEqualTo(2);

        first.ended(200, RequestOutcome.ANSWERED, null, 0);
        requests.remove(first);
        requests.remove(second);
        assertThat(json().objects("open_requests")).isEmpty();
        assertThat(json().object("requests").integer("begun", -1)).isEqualTo(2);
    }

    @Test
    void healthIsCheckedAtMostEveryThirtySecondsAndNeverWaitedFor() {
        main.health(ProviderHealth.down("no route to sk-live-abcdef123456"));
        assertThat(backend("main").has("health"))
                .as("the first look starts the check")
                .isFalse();

        JsonObject health = backend("main").object("health");
        assertThat(health.get("up")).isEqualTo(false);
        assertThat(health.text("detail")).isEqualTo("no route to ***");

        main.health(ProviderHealth.up("fine"));
        nanos.addAndGet(Duration.ofSeconds(29).toNanos());
        assertThat(backend("main").object("health").get("up")).isEqualTo(false);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        backend("main");
        assertThat(backend("main").object("health").get("up")).isEqualTo(true);
    }
}
