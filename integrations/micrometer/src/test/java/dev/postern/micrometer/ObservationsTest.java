package dev.postern.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.call.Interceptor.Decision;
import dev.postern.genai.GenAiNames;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The observations of calls and attempts, over real sockets; the registry of Micrometer's test kit validates their use. */
@Timeout(60)
class ObservationsTest {
    private static final String CALL = "gen_ai.client.inference.duration";
    private static final CompletionRequest REQUEST = CompletionRequest.of("Hello");

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Observed observed = new Observed();
    private final List<LlmAttemptContext> attempts = new CopyOnWriteArrayList<>();

    /** Writes the header as a tracing handler does. */
    private final class Tracing implements ObservationHandler<LlmAttemptContext> {
        @Override
        public void onStart(LlmAttemptContext attempt) {
            attempts.add(attempt);
            attempt.getSetter()
                    .set(
                            attempt.getCarrier(),
                            "traceparent",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-000000000000000" + attempts.size() + "-01");
            attempt.getSetter().set(attempt.getCarrier(), "baggage", "customer=ann");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof LlmAttemptContext;
        }
    }

    @BeforeEach
    void traces() {
        registry.observationConfig().observationHandler(new Tracing());
    }

    @AfterEach
    void noScopeIsLeftOpen() {
        assertThat(registry.getCurrentObservation()).isNull();
        TestObservationRegistryAssert.assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
    }

    private TestObservationRegistryAssert calls() {
        observed.awaitEnds();
        return TestObservationRegistryAssert.assertThat(registry);
    }

    private LlmProvider provider(WireServer server) {
        return observed.provider(server, ObservationListener.of(registry));
    }

    @Test
    void aCallAndItsAttemptAreObserved() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = provider(server)) {
            llm.completions(REQUEST);

            calls().hasNumberOfObservationsEqualTo(2)
                    .hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasBeenStarted()
                    .hasBeenStopped()
                    .doesNotHaveError()
                    .doesNotHaveParentObservation()
                    .hasContextualNameEqualTo("chat small")
                    .hasLowCardinalityKeyValue("gen_ai.operation.name", "chat")
                    .hasLowCardinalityKeyValue("gen_ai.provider.name", "openai")
                    .hasLowCardinalityKeyValue("gen_ai.request.model", "small")
                    .hasLowCardinalityKeyValue("server.address", server.uri().getHost())
                    .hasLowCardinalityKeyValue(
                            "server.port", Integer.toString(server.uri().getPort()))
                    .hasLowCardinalityKeyValue("error.type", "none")
                    .hasHighCardinalityKeyValue("gen_ai.response.finish_reasons", "stop")
                    .hasHighCardinalityKeyValue("gen_ai.usage.input_tokens", "10")
                    .hasHighCardinalityKeyValue("gen_ai.usage.output_tokens", "5")
                    .hasHighCardinalityKeyValue("postern.usage.certainty", "reported")
                    .hasHighCardinalityKeyValueWithKey("gen_ai.response.id");
            calls().hasObservationWithNameEqualTo("postern.attempt")
                    .that()
                    .hasBeenStopped()
                    .hasContextualNameEqualTo("attempt openai")
                    .hasParentObservationContextMatching(LlmCallContext.class::isInstance)
                    .hasLowCardinalityKeyValue("postern.attempt.why", "first")
                    .hasLowCardinalityKeyValue("http.response.status_code", "200");
            assertThat(attempts.get(0).getRemoteServiceName()).isEqualTo("openai");
            assertThat(attempts.get(0).getRemoteServiceAddress()).startsWith("http://");
        }
    }

    @Test
    void eachAttemptSendsItsOwnTraceParent() {
        try (WireServer server = WireServer.openai().status(503).status(503).answer("Hello");
                LlmProvider llm = provider(server)) {
            llm.completions(REQUEST);

            calls().hasNumberOfObservationsEqualTo(4)
                    .hasNumberOfObservationsWithNameEqualTo("postern.attempt", 3)
                    .hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasEvent("retry")
                    .doesNotHaveError()
                    .hasHighCardinalityKeyValue("postern.attempts", "3");
            for (int i = 0; i < 3; i++) {
                assertThat(server.request(i).header("traceparent")).contains("-000000000000000" + (i + 1) + "-");
                assertThat(server.request(i).header("baggage")).isEmpty();
            }
            assertThat(attempts)
                    .extracting(attempt -> Objects.requireNonNull(attempt.getLowCardinalityKeyValue("error.type"))
                            .getValue())
                    .containsExactly("overloaded", "overloaded", "none");
        }
    }

    @Test
    void aFailureIsTheErrorOfCallAndAttempt() {
        try (WireServer server = WireServer.openai().status(401);
                LlmProvider llm = provider(server)) {
            assertThatThrownBy(() -> llm.completions(REQUEST)).isInstanceOf(LlmException.class);

            calls().hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasBeenStopped()
                    .hasError()
                    .hasLowCardinalityKeyValue("error.type", "authentication")
                    .hasHighCardinalityKeyValue("gen_ai.response.finish_reasons", "error");
            calls().hasObservationWithNameEqualTo("postern.attempt").that().hasError();
        }
    }

    /** The failures that handlers see of a call whose stream is cut. */
    private List<Throwable> errors(ObservationListener.Builder listener) {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onError(Observation.Context context) {
                errors.add(Objects.requireNonNull(context.getError()));
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        try (WireServer server = WireServer.openai().answer("Hel", "lo").cutAfter(1);
                LlmProvider llm = observed.provider(server, listener.build())) {
            StreamProbe.of(llm.stream(REQUEST)).request(10).expectText("Hel").expectFailure(Kind.INCOMPLETE_STREAM);
            observed.awaitEnds();
        }
        return errors;
    }

    @Test
    void handlersSeeTheKindOfAFailureAndNotItsMessage() {
        assertThat(errors(ObservationListener.builder(registry)))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(LlmException.class)
                        .hasMessage("incomplete_stream")
                        .hasNoCause());
    }

    @Test
    void theMessageOfAFailureIsContent() {
        assertThat(errors(ObservationListener.builder(registry).content(true)))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).hasMessageContaining("cut"));
    }

    @Test
    void aCancelledStreamIsStoppedWithoutAnError() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").hangAfter(1);
                LlmProvider llm = provider(server)) {
            StreamProbe probe = StreamProbe.of(llm.stream(REQUEST)).request(10).expectText("Hel");
            probe.cancel();

            calls().hasNumberOfObservationsEqualTo(2)
                    .hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasBeenStopped()
                    .doesNotHaveError()
                    .hasLowCardinalityKeyValue("error.type", "cancelled")
                    .hasHighCardinalityKeyValue("postern.usage.certainty", "estimated")
                    .hasHighCardinalityKeyValue("gen_ai.request.stream", "true")
                    .hasHighCardinalityKeyValueWithKey("gen_ai.response.time_to_first_chunk");
            calls().hasObservationWithNameEqualTo("postern.attempt").that().hasBeenStopped();
        }
    }

    @Test
    void aCutStreamFails() {
        try (WireServer server = WireServer.openai().answer("Hel", "lo").cutAfter(1);
                LlmProvider llm = provider(server)) {
            StreamProbe.of(llm.stream(REQUEST)).request(10).expectText("Hel").expectFailure(Kind.INCOMPLETE_STREAM);

            calls().hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasError()
                    .hasLowCardinalityKeyValue("error.type", "incomplete_stream");
        }
    }

    @Test
    void aRefusedCallHasNoAttempt() {
        try (WireServer server = WireServer.openai();
                LlmProvider llm = Observed.provider(
                        server,
                        observed.with(ObservationListener.of(registry))
                                .interceptor(call -> Decision.refuse(new LlmException(Kind.QUOTA, "No budget.")))
                                .build())) {
            assertThatThrownBy(() -> llm.completions(REQUEST)).hasMessageContaining("No budget.");

            calls().hasNumberOfObservationsEqualTo(1)
                    .hasObservationWithNameEqualTo(CALL)
                    .that()
                    .hasError()
                    .hasLowCardinalityKeyValue("error.type", "quota")
                    .hasLowCardinalityKeyValue("server.address", "none");
        }
    }

    @Test
    void anAnswerOfAnInterceptorHasNoAttempt() {
        CompletionResponse cached = CompletionResponse.builder()
                .model("cached-model")
                .content("Hello")
                .stopReason(StopReason.END_TURN)
                .build();
        try (WireServer server = WireServer.openai();
                LlmProvider llm = Observed.provider(
                        server,
                        observed.with(ObservationListener.of(registry))
                                .interceptor(call -> Decision.answer(cached))
                                .build())) {
            llm.completions(REQUEST);

            calls().hasNumberOfObservationsEqualTo(1)
                    .hasObservationWithNameEqualTo(CALL)
                    .that()
                    .doesNotHaveError()
                    .hasLowCardinalityKeyValue("gen_ai.response.model", "cached-model")
                    .hasLowCardinalityKeyValueWithKey("postern.answered_by")
                    .doesNotHaveHighCardinalityKeyValueWithKey("gen_ai.usage.input_tokens");
        }
    }

    @Test
    void theParentIsTheCurrentObservationOrTheAttribute() {
        try (WireServer server = WireServer.openai().answer("a").answer("b");
                LlmProvider llm = provider(server)) {
            Observation outer = Observation.start("outer", registry);
            outer.scoped(() -> llm.completions(REQUEST));
            outer.stop();
            calls().hasObservationWithNameEqualTo(CALL).that().hasParentObservationEqualTo(outer);

            registry.clear();
            Observation given = Observation.start("given", registry);
            CallContext context = CallContext.builder()
                    .with(ObservationListener.OBSERVATION, given)
                    .build();
            StreamProbe.of(llm.stream(REQUEST.withContext(context))).request(10).answer();
            given.stop();
            calls().hasObservationWithNameEqualTo(CALL).that().hasParentObservationEqualTo(given);
        }
    }

    @Test
    void interceptorsRunInTheScopeOfTheCall() {
        List<Object> names = new ArrayList<>();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = Observed.provider(
                        server,
                        observed.with(ObservationListener.of(registry))
                                .interceptor(call -> {
                                    names.add(registry.getCurrentObservation() != null);
                                    names.add(call.context()
                                                    .get(ObservationListener.OBSERVATION)
                                                    .orElseThrow()
                                            == registry.getCurrentObservation());
                                    return Decision.proceed();
                                })
                                .build())) {
            llm.completions(REQUEST);

            calls().hasNumberOfObservationsEqualTo(2);
            assertThat(names).containsExactly(true, true);
        }
    }

    @Test
    void olderNamesAndConventionsOfTheApplication() {
        ObservationListener listener = ObservationListener.builder(registry)
                .names(GenAiNames.V1_41)
                .providers((backend, address) -> "aws.bedrock")
                .calls(new LlmCallConvention(GenAiNames.V1_41) {
                    @Override
                    public KeyValues getLowCardinalityKeyValues(LlmCallContext call) {
                        return super.getLowCardinalityKeyValues(call)
                                .and("tenant", call.start().context().tenant());
                    }
                })
                .attempts(new LlmAttemptConvention() {
                    @Override
                    public String getName() {
                        return "my.attempt";
                    }
                })
                .build();
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = observed.provider(server, listener)) {
            llm.completions(
                    REQUEST.withContext(CallContext.builder().tenant("acme").build()));

            calls().hasObservationWithNameEqualTo("gen_ai.client.operation.duration")
                    .that()
                    .hasLowCardinalityKeyValue("tenant", "acme")
                    .hasLowCardinalityKeyValue("gen_ai.provider.name", "aws.bedrock");
            calls().hasObservationWithNameEqualTo("my.attempt");
        }
    }

    @Test
    void aNoopRegistryCostsNothing() {
        try (WireServer server = WireServer.openai().answer("Hello");
                LlmProvider llm = observed.provider(server, ObservationListener.of(ObservationRegistry.NOOP))) {
            assertThat(llm.completions(REQUEST).content()).isEqualTo("Hello");
        }
    }
}
