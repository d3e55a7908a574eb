package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Usage;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.testkit.FakeLlm;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.Prompt;

/** Observations by Spring AI's convention. */
class ObservationTest {
    private static final String NAME = "gen_ai.client.operation";
    private static final CompletionResponse ANSWER = CompletionResponse.builder()
            .model("small-2026")
            .content("Hi")
            .usage(new Usage(10, 2, OptionalLong.of(8), OptionalLong.of(1), OptionalLong.empty()))
            .serverInfo(Map.of("id", "chatcmpl-1"))
            .build();

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final Prompt prompt = Models.prompt(
            "Hello",
            PosternChatOptions.builder()
                    .model("small")
                    .temperature(0.5)
                    .maxTokens(9)
                    .toolCallbacks(Models.weather()));

    private PosternChatModel model(LlmProvider llm) {
        return PosternChatModel.builder(llm).observationRegistry(registry).build();
    }

    private PosternChatModel model() {
        return model(FakeLlm.named("fake").thenAnswer(ANSWER));
    }

    private void assertObserved() {
        TestObservationRegistryAssert.assertThat(registry)
                .doesNotHaveAnyRemainingCurrentObservation()
                .hasObservationWithNameEqualTo(NAME)
                .that()
                .hasContextualNameEqualTo("chat small")
                .hasLowCardinalityKeyValue("gen_ai.operation.name", "chat")
                .hasLowCardinalityKeyValue("gen_ai.system", "postern")
                .hasLowCardinalityKeyValue("gen_ai.request.model", "small")
                .hasLowCardinalityKeyValue("gen_ai.response.model", "small-2026")
                .hasHighCardinalityKeyValue("gen_ai.request.temperature", "0.5")
                .hasHighCardinalityKeyValue("gen_ai.request.max_tokens", "9")
                .hasHighCardinalityKeyValue("spring.ai.model.request.tool.names", "[\"get_weather\"]")
                .hasHighCardinalityKeyValue("gen_ai.response.finish_reasons", "[\"STOP\"]")
                .hasHighCardinalityKeyValue("gen_ai.response.id", "chatcmpl-1")
                .hasHighCardinalityKeyValue("gen_ai.usage.input_tokens", "10")
                .hasHighCardinalityKeyValue("gen_ai.usage.output_tokens", "2")
                .hasHighCardinalityKeyValue("gen_ai.usage.total_tokens", "12")
                .hasHighCardinalityKeyValue("gen_ai.usage.cache_read.input_tokens", "8")
                .hasHighCardinalityKeyValue("gen_ai.usage.cache_creation.input_tokens", "1")
                .hasBeenStarted()
                .hasBeenStopped();
    }

    @Test
    void aCallIsObserved() {
        model().call(prompt);

        assertObserved();
    }

    @Test
    void aStreamIsObservedWithTheWholeAnswer() {
        model().stream(prompt).blockLast();

        assertObserved();
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(NAME)
                .that()
                .hasHighCardinalityKeyValue("gen_ai.request.stream", "true")
                .satisfies(context -> assertThat(Models.message(((ChatModelObservationContext) context).getResponse())
                                .getText())
                        .isEqualTo("Hi"));
    }

    @Test
    void aFailureIsItsError() {
        PosternChatModel model =
                model(FakeLlm.failing(Kind.OVERLOADED).thenText("a", "b").cutAfter(1));

        assertThat(catchThrowable(() -> model.call(prompt))).isNotNull();
        assertThat(catchThrowable(() -> model.stream(prompt).blockLast())).isNotNull();

        TestObservationRegistryAssert.assertThat(registry)
                .hasNumberOfObservationsWithNameEqualTo(NAME, 2)
                .forAllObservationsWithNameEqualTo(NAME, observation -> observation.hasError())
                .doesNotHaveAnyRemainingCurrentObservation();
    }

    @Test
    void aStreamThatIsLeftIsStopped() {
        model(FakeLlm.answering("a", "b").hangAfter(2)).stream(prompt).take(1).blockLast();

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(NAME)
                .that()
                .doesNotHaveError()
                .hasBeenStopped();
    }

    @Test
    void theParentIsTheCurrentObservationOrThatOfReactor() {
        Observation outer = Observation.start("outer", registry);
        outer.scoped(() -> model().call(prompt));
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(NAME)
                .that()
                .hasParentObservationEqualTo(outer);

        registry.clear();
        model().stream(prompt)
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, outer))
                .blockLast();
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(NAME)
                .that()
                .hasParentObservationEqualTo(outer);
    }

    /** Listeners of Postern that take the current observation as the parent of theirs find this one. */
    @Test
    void itIsCurrentWhereTheProviderIsAsked() {
        AtomicReference<Observation> current = new AtomicReference<>();
        CallListener listener = call -> {
            current.set(registry.getCurrentObservation());
            return CallListener.CallWatch.NONE;
        };
        LlmProvider llm = Instrumentation.builder()
                .listener(listener)
                .build()
                .around(FakeLlm.named("fake").thenAnswer(ANSWER).thenAnswer(ANSWER));

        model(llm).call(prompt);
        assertThat(current.getAndSet(null).getContext().getName()).isEqualTo(NAME);

        model(llm).stream(prompt).blockLast();
        assertThat(current.get().getContext().getName()).isEqualTo(NAME);
    }

    @Test
    void anApplicationMayNameObservations() {
        PosternChatModel.builder(FakeLlm.responding((CompletionRequest request) -> ANSWER))
                .observationRegistry(registry)
                .observationSystem("openai")
                .observationConvention(new DefaultChatModelObservationConvention() {
                    @Override
                    public String getName() {
                        return "asked";
                    }
                })
                .build()
                .call(prompt);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("asked")
                .that()
                .hasLowCardinalityKeyValue("gen_ai.system", "openai");
    }
}
