package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.Timeouts;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import dev.postern.testkit.project.QuietLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The selection of backends and models, the total timeout, reload, close and configuration errors. */
@Timeout(60)
class GatewayTest {
    /** A failure of close is logged. */
    @RegisterExtension
    static final QuietLog LOG = QuietLog.of("dev.postern.gateway");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend alt = new ScriptedBackend("alt");
    private final GatewayBuilder builder =
            Gateway.builder().backend("main", main).backend("alt", alt).timer(clock);

    private static CompletionRequest to(String backend) {
        return CompletionRequest.builder().backend(backend).user("Hello").build();
    }

    private static Recorder<StreamEvent> stream(LlmProvider provider, CompletionRequest request) {
        return Recorder.of(provider.stream(request));
    }

    // ---- selection

    @Test
    void aRequestGoesToTheNamedOrTheDefaultBackend() {
        Gateway gateway = builder.build();

        stream(gateway, to(""));
        stream(gateway, to("alt"));

        assertThat(main.count()).isOne();
        assertThat(alt.only().request.backend()).isEmpty(); // so that an inner gateway does not look up the name
        assertThat(gateway.defaultBackend()).isEqualTo("main");
        assertThat(gateway.backends()).containsExactly("main", "alt");
        assertThat(gateway).hasToString("Gateway[main (default), alt]");
    }

    @Test
    void theDefaultCanBeSet() {
        stream(builder.defaultBackend("alt").build(), to(""));

        assertThat(alt.count()).isOne();
    }

    @Test
    void anUnknownBackendIsRefusedWithTheKnownNames() {
        Gateway gateway = builder.build();

        LlmException streamed = stream(gateway, to("nope")).awaitFailure(LlmException.class);
        LlmException whole = catchThrowableOfType(LlmException.class, () -> gateway.completions(to("nope")));

        for (LlmException failure : List.of(streamed, whole)) {
            assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
            assertThat(failure).hasMessage("Unknown llm provider 'nope'. Available: main, alt.");
        }
        assertThatThrownBy(() -> gateway.backend("nope")).hasMessageStartingWith("Unknown llm provider 'nope'.");
    }

    @Test
    void aBackendOfTheGatewayIsAProviderWithItsFallbacks() {
        LlmProvider backend = builder.fallbacks("alt", List.of("main")).build().backend("alt");

        Recorder<StreamEvent> stream = stream(backend, to("main"));
        alt.only().fails(new LlmException(Kind.SERVER, "no"));
        main.only().completes();

        stream.awaitComplete();
        assertThat(backend.name()).isEqualTo("alt");
        assertThat(backend.listModels()).extracting(ModelInfo::name).containsExactly("model of alt");
        assertThat(backend.health().up()).isTrue();
        backend.close();
        assertThat(alt.isClosed()).isFalse();
    }

    @Test
    void aGroupIsUpThoughAMemberDoesNotAnswer() {
        LlmProvider hanging = new LlmProvider() {
            @Override
            public String name() {
                return "hanging";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletableFuture<ProviderHealth> healthAsync() {
                return new CompletableFuture<>();
            }
        };
        try (Gateway gateway = builder.backend("hanging", hanging)
                .group("pool", Map.of("hanging", 1, "alt", 1))
                .build()) {
            assertThat(gateway.backend("pool").healthAsync()).isCompletedWithValueMatching(ProviderHealth::up);
        }
    }

    @Test
    void modelsAndHealthAreThoseOfTheDefaultBackend() {
        Gateway gateway = builder.group("pool", Map.of("main", 1, "alt", 1)).build();

        assertThat(gateway.listModels()).extracting(ModelInfo::name).containsExactly("model of main");
        assertThat(gateway.health().up()).isTrue();
        main.goDown();
        assertThat(gateway.health().up()).isFalse();
        assertThat(gateway.backend("pool").health().up()).isTrue(); // the other member is up
        assertThat(gateway.healthAsync()).isCompletedWithValueMatching(health -> !health.up());
        assertThat(gateway.backend("pool").healthAsync()).isCompletedWithValueMatching(ProviderHealth::up);
    }

    @Test
    void aGroupMemberIsChosenByWeight() {
        double[] dice = {0};
        Gateway gateway = builder.group("both", weights("main", 3, "alt", 1))
                .random(() -> dice[0])
                .build();

        for (int draw = 0; draw < 8; draw++) {
            dice[0] = draw / 8.0;
            stream(gateway, to("both"));
        }

        assertThat(main.count()).isEqualTo(6);
        assertThat(alt.count()).isEqualTo(2);
    }

    private static Map<String, Integer> weights(String one, int weight, String other, int otherWeight) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        weights.put(one, weight);
        weights.put(other, otherWeight);
        return weights;
    }

    // ---- models

    @Test
    void eachBackendHasItsOwnAliases() {
        Gateway gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .modelAliases(Map.of("fast", "gpt-4o-mini"))
                                .build())
                .backend(
                        "alt",
                        alt,
                        BackendPolicy.builder()
                                .modelAliases(Map.of("fast", "llama3"))
                                .build())
                .fallbacks("main", List.of("alt"))
                .build();

        stream(gateway, CompletionRequest.builder().model("fast").user("Hi").build());
        main.only().fails(new LlmException(Kind.SERVER, "no"));

        assertThat(main.only().request.model()).isEqualTo("gpt-4o-mini");
        assertThat(alt.only().request.model()).isEqualTo("llama3");
    }

    @Test
    void aFallbackUsesItsFallbackModelOrTheRequestedModel() {
        ScriptedBackend plain = new ScriptedBackend("plain");
        Gateway gateway = Gateway.builder()
                .backend("main", main)
                .backend(
                        "alt",
                        alt,
                        BackendPolicy.builder().fallbackModel("llama3").build())
                .backend("plain", plain)
                .fallbacks("main", List.of("alt", "plain"))
                .build();
        CompletionRequest request =
                CompletionRequest.builder().model("gpt-4o").user("Hi").build();

        stream(gateway, request);
        main.only().fails(new LlmException(Kind.SERVER, "no"));
        alt.only().fails(new LlmException(Kind.SERVER, "no"));
        stream(gateway.backend("alt"), request);

        assertThat(alt.call(0).request.model()).isEqualTo("llama3");
        assertThat(plain.only().request.model()).isEqualTo("gpt-4o");
        assertThat(alt.call(1).request.model()).isEqualTo("gpt-4o"); // requested from this backend by name
    }

    // ---- total timeout

    @Test
    void theTotalTimeoutEndsARunningCall() {
        Recorder<StreamEvent> stream =
                stream(builder.totalTimeout(Duration.ofSeconds(5)).build(), to(""));
        main.only().says("one");

        clock.advance(Duration.ofSeconds(5));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(stream.items()).containsExactly(new ContentDelta("one"));
        assertThat(main.only().isCancelled()).isTrue();
        main.only().says("two").completes(); // a backend may emit before it receives the cancellation
        stream.assertNoViolations();
    }

    @Test
    void theTotalTimeoutCoversAllBackendsAndPreventsFurtherRequests() {
        Gateway gateway = builder.totalTimeout(Duration.ofSeconds(5))
                .fallbacks("main", List.of("alt"))
                .build();
        Recorder<StreamEvent> stream = stream(gateway, to(""));
        clock.advance(Duration.ofSeconds(3));
        main.only().fails(new LlmException(Kind.SERVER, "no"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(stream.isOver()).isFalse();

        clock.advance(Duration.ofSeconds(1));

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(alt.only().isCancelled()).isTrue();
    }

    @Test
    void aRequestCanShortenTheTotalTimeout() {
        Gateway gateway = builder.totalTimeout(Duration.ofMinutes(5)).build();
        CompletionRequest hasty = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder()
                        .timeouts(Timeouts.defaults().withTotal(Duration.ofSeconds(2)))
                        .build())
                .build();
        CompletableFuture<CompletionResponse> answer = gateway.completionsAsync(hasty);

        clock.advance(Duration.ofSeconds(2));

        ExecutionException thrown = catchThrowableOfType(ExecutionException.class, answer::get);
        assertThat(((LlmException) thrown.getCause()).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(main.only().isCancelled()).isTrue();
    }

    @Test
    void anEndedCallLeavesNoTimer() {
        Gateway gateway = builder.totalTimeout(Duration.ofMinutes(5)).build();
        Recorder<StreamEvent> stream = stream(gateway, to(""));
        Recorder<StreamEvent> other = stream(gateway, to("alt"));
        assertThat(clock.pending()).isEqualTo(2);

        main.only().completes();
        other.cancel();

        stream.awaitComplete();
        assertThat(clock.pending()).isZero();
    }

    /** The end must not be emitted during a delivery; it follows after it. */
    @Test
    void theTimeoutDoesNotInterruptADelivery() {
        Gateway gateway = builder.totalTimeout(Duration.ofSeconds(5)).build();
        Recorder<StreamEvent> stream = Recorder.<StreamEvent>unbounded()
                .onEach(event -> clock.advance(Duration.ofSeconds(5)))
                .on(gateway.stream(to("")));

        main.only().says("one", "two");

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(stream.items()).containsExactly(new ContentDelta("one"));
    }

    // ---- reload and close

    @ParameterizedTest
    @ValueSource(classes = {NoClassDefFoundError.class, AssertionError.class})
    void aBackendWhoseHealthCheckThrowsAnErrorIsClosedAfterAReload(Class<? extends Error> type) throws Exception {
        Error error = type.getDeclaredConstructor().newInstance();
        ScriptedBackend broken = new ScriptedBackend("main") {
            @Override
            public CompletableFuture<ProviderHealth> healthAsync() {
                throw error;
            }

            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                throw error;
            }
        };
        Gateway gateway = Gateway.builder().backend("main", broken).build();

        if (error instanceof LinkageError) {
            assertThat(gateway.healthAsync()).isCompletedWithValueMatching(health -> !health.up());
        } else {
            assertThatThrownBy(gateway::healthAsync).isSameAs(error);
        }
        try {
            var unused = gateway.listModelsAsync();
        } catch (Error e) {
            assertThat(e).isSameAs(error);
        }
        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        assertThat(broken.isClosed()).isTrue();
    }

    @Test
    void aReloadTakesEffectAtOnceAndClosesOldBackendsAfterTheirLastCall() {
        Gateway gateway = builder.build();
        LlmProvider view = gateway.backend("main");
        Recorder<StreamEvent> running = stream(gateway, to(""));
        Recorder<StreamEvent> other = stream(gateway, to("alt"));
        ScriptedBackend fresh = new ScriptedBackend("fresh");

        gateway.reload(Gateway.builder().backend("main", fresh));

        stream(view, to("")); // the view uses the new configuration
        assertThat(fresh.count()).isOne();
        assertThat(gateway.backends()).containsExactly("main");
        main.only().says("still here");
        other.cancel();
        assertThat(main.isClosed()).isFalse();
        main.only().completes();
        assertThat(running.awaitComplete()).hasSize(1);
        assertThat(main.isClosed()).isTrue();
        assertThat(alt.isClosed()).isTrue();
        assertThat(fresh.isClosed()).isFalse();
    }

    @Test
    void anIdleConfigurationIsClosedAtOnceByAReload() {
        boolean[] closed = new boolean[1];
        Gateway gateway = builder.alsoClose(() -> closed[0] = true).build();

        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        assertThat(main.isClosed()).isTrue();
        assertThat(closed[0]).isTrue();
    }

    @Test
    void anErrorOfABackendThatClosesDoesNotKeepTheOthersOpen() {
        ScriptedBackend broken = new ScriptedBackend("broken") {
            @Override
            public void close() {
                throw new NoClassDefFoundError("com/example/Gone");
            }
        };
        boolean[] closed = new boolean[1];
        ScriptedBackend fresh = new ScriptedBackend("fresh");
        Gateway gateway = Gateway.builder()
                .backend("broken", broken)
                .backend("main", main)
                .defaultBackend("main")
                .alsoClose(() -> closed[0] = true)
                .build();

        gateway.reload(Gateway.builder().backend("main", fresh));

        assertThat(main.isClosed()).isTrue();
        assertThat(closed[0]).isTrue();
        assertThat(fresh.isClosed()).isFalse();
    }

    @Test
    void anInvalidReloadChangesNothing() {
        Gateway gateway = builder.build();

        assertThatThrownBy(() -> gateway.reload(Gateway.builder())).isInstanceOf(LlmException.class);

        assertThat(gateway.backends()).containsExactly("main", "alt");
        assertThat(main.isClosed()).isFalse();
    }

    @Test
    void closeClosesTheBackendsOfAllConfigurationsOnce() {
        ScriptedBackend fresh = new ScriptedBackend("fresh");
        Gateway gateway = builder.alsoClose(() -> {
                    throw new IllegalStateException("will not close");
                })
                .build();
        stream(gateway, to(""));
        gateway.reload(Gateway.builder().backend("main", fresh));

        gateway.close();
        gateway.close();

        assertThat(main.isClosed()).isTrue();
        assertThat(fresh.isClosed()).isTrue();
        assertThatThrownBy(() -> gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("late"))))
                .hasMessageContaining("closed");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(empty -> {}, "a gateway needs at least one backend"),
                mistake(
                        one -> one.backend("a", backend()).backend("a", backend()),
                        "there are two backends or groups named 'a'"),
                mistake(one -> one.backend(" ", backend()), "a backend needs a name"),
                mistake(
                        one -> one.backend("a", backend()).defaultBackend("b"),
                        "the default refers to 'b', which is unknown; known are a"),
                mistake(
                        one -> one.backend("a", backend()).fallbacks("a", List.of("b")),
                        "the fallbacks of 'a' refers to 'b', which is unknown; known are a"),
                mistake(
                        one -> one.backend("a", backend()).fallbacks("b", List.of("a")),
                        "a list of fallbacks refers to 'b', which is unknown; known are a"),
                mistake(
                        one -> one.backend("a", backend()).contextLengthFallbacks("a", List.of("a")),
                        "'a' is a fallback of itself"),
                mistake(one -> one.backend("a", backend()).group("g", Map.of()), "the group 'g' is empty"),
                mistake(
                        one -> one.backend("a", backend()).group("g", Map.of("b", 1)),
                        "the group 'g' has the member 'b', which is not a backend"),
                mistake(
                        one -> one.backend("a", backend()).group("g", Map.of("a", 0)),
                        "the member 'a' of the group 'g' has a weight below 1"),
                mistake(
                        two -> two.backend(
                                        "a",
                                        backend(),
                                        BackendPolicy.builder()
                                                .modelAliases(Map.of("fast", "x"))
                                                .build())
                                .backend("b", backend())
                                .group("g", new TreeMap<>(Map.of("a", 1, "b", 1))),
                        "the member 'b' of the group 'g' has no alias 'fast', which 'a' has; add it"),
                mistake(
                        one -> one.backend("a", backend()).totalTimeout(Duration.ofSeconds(-1)),
                        "the total timeout must not be negative"));
    }

    private static Arguments mistake(Consumer<GatewayBuilder> setUp, String sentence) {
        return Arguments.of(setUp, sentence);
    }

    private static ScriptedBackend backend() {
        return new ScriptedBackend("any");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aConfigurationErrorIsDescribed(Consumer<GatewayBuilder> setUp, String sentence) {
        GatewayBuilder wrong = Gateway.builder();

        LlmException thrown = catchThrowableOfType(LlmException.class, () -> {
            setUp.accept(wrong);
            wrong.build();
        });

        assertThat(thrown.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(thrown).hasMessage("Invalid configuration of the gateway: " + sentence + ".");
    }

    @Test
    void aPolicyRefusesNegativeLimits() {
        assertThatThrownBy(() -> BackendPolicy.builder().maxConcurrent(-1).build())
                .isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> BackendPolicy.builder().maxQueued(-1).build()).isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> BackendPolicy.builder().requestsPerMinute(-1).build())
                .isInstanceOf(LlmException.class);
        assertThatThrownBy(() -> BackendPolicy.builder()
                        .coolDown(1, Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(LlmException.class);
    }

    @Test
    void theCallerGetsTheAnswerBeforeAnOldBackendIsClosed() {
        List<String> order = new ArrayList<>();
        Gateway gateway = builder.alsoClose(() -> order.add("closed")).build();
        var unused = gateway.completionsAsync(to("")).thenAccept(answer -> order.add("answered"));
        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        main.only().answer.complete(CompletionResponse.builder().build());

        assertThat(order).containsExactly("answered", "closed");
    }

    @Test
    void viewsOfABackendAreEqualUntilAReload() {
        Gateway gateway = builder.build();
        LlmProvider before = gateway.backend("main");
        assertThat(gateway.backend("main")).isEqualTo(before).isNotEqualTo(gateway.backend("alt"));

        gateway.reload(Gateway.builder().backend("main", new ScriptedBackend("fresh")));

        assertThat(gateway.backend("main")).isNotEqualTo(before);
    }

    @Test
    void aCheckOfHealthThatGivesNullIsDown() {
        Gateway gateway = Gateway.builder()
                .backend("main", new LlmProvider() {
                    @Override
                    public String name() {
                        return "main";
                    }

                    @Override
                    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                        throw new AssertionError("not called");
                    }

                    @Override
                    public CompletableFuture<ProviderHealth> healthAsync() {
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .build();

        assertThat(gateway.healthAsync()).isCompletedWithValueMatching(health -> !health.up());
    }

    @Test
    void aPendingModelListKeepsTheOldBackendOpen() {
        CompletableFuture<List<ModelInfo>> models = new CompletableFuture<>();
        boolean[] closed = new boolean[1];
        LlmProvider slow = new LlmProvider() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
                throw new AssertionError("not called");
            }

            @Override
            public CompletableFuture<List<ModelInfo>> listModelsAsync() {
                return models;
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        Gateway gateway = Gateway.builder().backend("slow", slow).build();
        CompletableFuture<List<ModelInfo>> asked = gateway.listModelsAsync();
        gateway.reload(Gateway.builder().backend("main", main));
        assertThat(closed[0]).isFalse();

        models.complete(List.of());

        assertThat(asked).isCompleted();
        assertThat(closed[0]).isTrue();
    }
}
