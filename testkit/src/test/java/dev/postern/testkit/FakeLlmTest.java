package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ProviderHealth;
import dev.postern.StopReason;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeLlmTest {
    private static final CompletionRequest HI =
            CompletionRequest.builder().model("small").user("Hi").build();

    @Test
    void answersAreGivenInOrderWholeAndAsStreams() {
        FakeLlm llm = FakeLlm.answering("Hel", "lo")
                .thenToolCall("get_weather", Map.of("city", "Paris"))
                .thenText("18 °C")
                .usage(Usage.of(7, 3));

        StreamProbe.of(llm.stream(HI)).expectText("Hel").expectText("lo").expectStop(StopReason.END_TURN);
        CompletionResponse call = llm.completions(HI);
        CompletionResponse answer = llm.completions(HI);

        assertThat(call.toolCalls()).containsExactly(ToolCall.of("call_1", "get_weather", Map.of("city", "Paris")));
        assertThat(call.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(answer.content()).isEqualTo("18 °C");
        assertThat(answer.model()).isEqualTo("small");
        assertThat(answer.usage()).contains(Usage.of(7, 3));
        assertThat(llm.requests()).containsExactly(HI, HI, HI);
        assertThat(llm.unusedAnswers()).isZero();
    }

    @Test
    void anAnswerIsTheSameObjectOrTheSameAsEvents() {
        CompletionResponse answer = CompletionResponse.builder()
                .model("large")
                .content(List.of(
                        Content.Reasoning.of("Let me see."),
                        Content.text("I look."),
                        ToolCall.of("a", "look", Map.of("n", 1))))
                .stopReason(StopReason.TOOL_USE)
                .serverInfo(Map.of("id", "x"))
                .build();
        FakeLlm llm = FakeLlm.named("fake").thenAnswer(answer).repeatLast();

        assertThat(llm.completions(HI)).isSameAs(answer);
        assertThat(StreamProbe.of(llm.stream(HI)).answer()).isEqualTo(answer);
        StreamProbe.of(llm.stream(HI))
                .expectReasoning("Let me see.")
                .expectText("I look.")
                .expectToolCall("look", Map.of("n", 1))
                .expectEnd();
    }

    @Test
    void argumentsAreOfTheClassesThatProvidersGive() {
        FakeLlm llm = FakeLlm.named("fake").thenToolCall("look", Map.of("n", 1, "list", List.of(2.5f)));

        Map<String, ?> input = llm.completions(HI).toolCalls().get(0).input();

        assertThat(input).isEqualTo(Json.parse("{\"n\":1,\"list\":[2.5]}"));
    }

    @Test
    void nothingIsAskedBeforeASubscription() {
        FakeLlm llm = FakeLlm.answering("one").thenText("two");

        var first = llm.stream(HI);
        var second = llm.stream(HI);

        assertThat(llm.requests()).isEmpty();
        assertThat(StreamProbe.of(second).text()).isEqualTo("one");
        assertThat(StreamProbe.of(first).text()).isEqualTo("two");
    }

    @Test
    void failuresComeAtEachPlace() {
        LlmException busy =
                LlmException.builder(Kind.OVERLOADED, "Busy.").status(503).build();
        FakeLlm llm = FakeLlm.failing(Kind.RATE_LIMITED)
                .thenFail(busy)
                .thenText("a", "b")
                .cutAfter(1)
                .thenText("a", "b")
                .failAfter(2, Kind.SERVER)
                .thenText("a")
                .withoutStop();

        LlmException limited = StreamProbe.of(llm.stream(HI)).expectFailure(Kind.RATE_LIMITED);
        assertThat(limited.backend()).isEqualTo("fake");
        assertThat(limited.model()).isEqualTo("small");
        assertThat(failure(llm))
                .isNotSameAs(busy)
                .extracting(LlmException::getMessage)
                .isEqualTo("Busy.");
        StreamProbe.of(llm.stream(HI)).expectText("a").expectFailure(Kind.INCOMPLETE_STREAM);
        LlmException late = failure(llm);
        assertThat(late.kind()).isEqualTo(Kind.SERVER);
        assertThat(late.answer().orElseThrow().content()).isEqualTo("ab");
        StreamProbe lost = StreamProbe.of(llm.stream(HI));
        assertThat(lost.events()).containsExactly(new ContentDelta("a"));
        assertThatThrownBy(lost::answer).isInstanceOf(LlmException.class).hasMessageContaining("message stop");
    }

    @Test
    void aCallBeyondTheScriptNamesWhatWasAsked() {
        FakeLlm llm = FakeLlm.answering("one");
        llm.completions(HI);

        assertThatThrownBy(() -> llm.completions(CompletionRequest.of("And now?")))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessage(
                        "The script of FakeLlm \"fake\" has 1 answer, and call 2 asked \"And now?\"; add an answer, "
                                + "or call repeatLast().");
    }

    @Test
    void answersCanBeComputedAndRepeated() {
        FakeLlm llm = FakeLlm.responding(request -> CompletionResponse.builder()
                .content("You said: " + request.messages().get(0).text())
                .build());

        assertThat(llm.completions(HI).content()).isEqualTo("You said: Hi");
        assertThat(llm.completions(CompletionRequest.of("Bye")).content()).isEqualTo("You said: Bye");
        assertThat(llm.request(1).messages().get(0).text()).isEqualTo("Bye");
    }

    @Test
    void whatAFunctionThrowsIsTheFailureOfTheCall() {
        FakeLlm llm = FakeLlm.responding(request -> {
            throw new AssertionError("the prompt lacks the city");
        });

        assertThat(failure(llm)).hasMessageContaining("the prompt lacks the city");
    }

    @Test
    void anAnswerIsUsedSeveralTimesAndThenTheNext() {
        FakeLlm llm = FakeLlm.failing(Kind.OVERLOADED).times(2).thenText("ok");

        assertThat(llm.unusedAnswers()).isEqualTo(3);
        assertThat(failure(llm).kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(failure(llm).kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(llm.completions(HI).content()).isEqualTo("ok");
    }

    @Test
    void aResetForgetsScriptRequestsAndCounts() {
        FakeLlm llm = FakeLlm.calling("look", Map.of()).thenText("unused").repeatLast();
        llm.completions(HI);

        llm.reset();

        assertThat(llm.requests()).isEmpty();
        assertThat(llm.unusedAnswers()).isZero();
        assertThatThrownBy(() -> llm.completions(HI)).isInstanceOf(LlmException.class);
        llm.reset().thenToolCall("look", Map.of());
        assertThat(llm.completions(HI).toolCalls()).containsExactly(ToolCall.of("call_1", "look", Map.of()));
        assertThat(llm.requests()).containsExactly(HI);
    }

    @Test
    void aCancelledCallIsCounted() throws Exception {
        FakeLlm llm = FakeLlm.answering("a", "b").hangAfter(1).thenHang();

        StreamProbe probe = StreamProbe.of(llm.stream(HI)).expectText("a");
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(HI);
        assertThat(llm.running()).isEqualTo(2);
        assertThat(llm.cancelled()).isZero();
        probe.cancel();
        answer.cancel(true);

        llm.awaitCancelled(2);
        llm.awaitIdle();
        assertThat(llm.cancelled()).isEqualTo(2);
    }

    @Test
    void aThreadCanWaitForARequest() throws Exception {
        FakeLlm llm = FakeLlm.named("fake").thenHang();
        Thread caller = new Thread(() -> catchThrowableOfType(LlmException.class, () -> llm.completions(HI)));
        caller.start();

        assertThat(llm.awaitRequest(0)).isEqualTo(HI);
        caller.interrupt();

        llm.awaitCancelled(1);
        caller.join(30_000);
        assertThat(caller.isAlive()).isFalse();
    }

    /** A call counts as running from the moment when its request is visible. */
    @Test
    void aCallRunsAsSoonAsItIsAsked() throws Exception {
        CompletableFuture<Integer> running = new CompletableFuture<>();
        FakeLlm[] self = new FakeLlm[1];
        self[0] = FakeLlm.responding(request -> {
            running.complete(self[0].running());
            return CompletionResponse.builder().build();
        });

        self[0].completions(HI);

        assertThat(running).isCompletedWithValue(1);
        assertThat(self[0].running()).isZero();
    }

    @Test
    void closingEndsRunningCalls() {
        FakeLlm llm = FakeLlm.named("fake").thenHang();
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(HI);

        llm.close();

        assertThat(answer)
                .failsWithin(30, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(failure(llm).kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(llm.cancelled()).isZero();
        llm.awaitIdle();
    }

    @Test
    void modelsAndHealthAreSettings() {
        FakeLlm llm = FakeLlm.answering("x").models("small", "large");

        assertThat(llm.listModels()).extracting(model -> model.name()).containsExactly("small", "large");
        assertThat(llm.health().up()).isTrue();
        assertThat(llm.health(ProviderHealth.down("maintenance")).health().up()).isFalse();
    }

    @Test
    void changesAreRefusedWhereTheyHaveNoMeaning() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakeLlm.answering("a").cutAfter(4))
                .withMessageContaining("has 3 events");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakeLlm.answering("a").times(0));
        assertThatIllegalStateException().isThrownBy(() -> FakeLlm.named("x").cutAfter(1));
        FakeLlm used = FakeLlm.answering("a");
        used.completions(HI);
        assertThatIllegalStateException().isThrownBy(() -> used.cutAfter(1)).withMessageContaining("used already");
    }

    @Test
    void manyThreadsShareAScript() throws Exception {
        FakeLlm llm = FakeLlm.answering("a").times(8 * 200);
        List<Thread> threads = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    for (int call = 0; call < 200; call++) {
                        llm.completions(HI);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(60_000);
        }

        assertThat(llm.requests()).hasSize(1600);
        assertThat(llm.unusedAnswers()).isZero();
        assertThat(llm.running()).isZero();
    }

    private static LlmException failure(LlmProvider llm) {
        return catchThrowableOfType(LlmException.class, () -> llm.completions(HI));
    }
}
