package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.http.RetryPolicy;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The testkit's server speaks the protocol of this provider. */
class WireServerTest {
    private static final CompletionRequest HI = CompletionRequest.of("Hi");
    private static final RetryPolicy FAST =
            RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1));

    private final WireServer server = WireServer.openai();
    private final LlmProvider once = provider(RetryPolicy.none());
    private final LlmProvider llm = provider(FAST);

    private LlmProvider provider(RetryPolicy retries) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("test")
                .defaultModel("small")
                .retries(retries)
                .build();
    }

    @AfterEach
    void close() {
        once.close();
        llm.close();
        server.close();
    }

    @Test
    void answersAreReadWholeAndAsStreams() {
        server.answer("Hel", "lo").usage(Usage.of(7, 2)).times(2);

        CompletionResponse whole = llm.completions(HI);

        assertThat(whole.content()).isEqualTo("Hello");
        assertThat(whole.model()).isEqualTo("small");
        assertThat(whole.usage()).contains(Usage.of(7, 2));
        StreamProbe stream = StreamProbe.of(llm.stream(HI))
                .expectText("Hel")
                .expectText("lo")
                .expectEnd();
        assertThat(stream.answer()).isEqualTo(whole);
        assertThat(server.request(0).path()).isEqualTo("/v1/chat/completions");
        assertThat(server.request(0).json().objects("messages").get(0).text("content"))
                .isEqualTo("Hi");
        assertThat(server.unusedAnswers()).isZero();
    }

    @Test
    void reasoningAndToolCallsPass() {
        CompletionResponse answer = CompletionResponse.builder()
                .model("small")
                .content(List.of(
                        Content.Reasoning.of("Which city?"),
                        Content.text("I look."),
                        ToolCall.of("a", "look", Map.of("city", "Paris")),
                        ToolCall.of("b", "look", Map.of("city", "Rome"))))
                .stopReason(StopReason.TOOL_USE)
                .build();
        server.answer(answer).times(2).toolCall("look", Map.of("n", 1));

        CompletionResponse whole = llm.completions(HI);

        assertThat(whole.message()).isEqualTo(answer.message());
        assertThat(whole.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(whole.usage()).isEmpty();
        assertThat(StreamProbe.of(llm.stream(HI)).answer()).isEqualTo(whole);
        StreamProbe.of(llm.stream(HI)).expectToolCall("look", Map.of("n", 1)).expectEnd();
    }

    @Test
    void errorsAreRetried() {
        server.status(503).status(429, "Retry-After: 0").answer("ok").error(400, "No such model.");

        assertThat(llm.completions(HI).content()).isEqualTo("ok");
        assertThat(server.requests()).hasSize(3);
        assertThat(failure(llm)).hasMessageContaining("No such model.");
    }

    @Test
    void streamsBreakInEachWay() {
        server.answer("a", "b")
                .cutAfter(1)
                .answer("a", "b")
                .cutInside(1)
                .answer("a", "b")
                .endAfter(1)
                .answer("a", "b")
                .garbageAfter(1);
        for (int i = 0; i < 4; i++) {
            StreamProbe probe = StreamProbe.of(llm.stream(HI)).expectText("a");
            probe.expectFailure(i == 3 ? Kind.PROTOCOL : Kind.INCOMPLETE_STREAM);
        }
        assertThat(server.requests()).as("no retry after the first event").hasSize(4);
    }

    @Test
    void wholeAnswersBreakInEachWay() {
        server.answer("a")
                .cutAfter(0)
                .answer("a")
                .garbageAfter(0)
                .answer("a")
                .contentType("text/html")
                .garbageAfter(0)
                .disconnect()
                .answer("a")
                .resetAfter(0);

        assertThat(failure(once).kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(failure(once).kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure(once).kind()).isEqualTo(Kind.PROTOCOL);
        assertThat(failure(once).kind()).isEqualTo(Kind.CONNECTION);
        assertThat(failure(once).kind()).isIn(Kind.INCOMPLETE_STREAM, Kind.CONNECTION);
    }

    @Test
    void aCancelClosesTheConnection() {
        server.answer("a", "b").hangAfter(1).hang();

        StreamProbe.of(llm.stream(HI)).expectText("a").cancel();
        server.awaitClosed(0);
        CompletableFuture<CompletionResponse> answer = llm.completionsAsync(HI);
        server.awaitExchange(1);
        answer.cancel(true);

        server.awaitClosed(1);
    }

    @Test
    void aRequestOnAStaleConnectionIsSentAgain() {
        server.answer("one").stale().answer("two");

        assertThat(llm.completions(HI).content()).isEqualTo("one");
        assertThat(llm.completions(HI).content()).isEqualTo("two");

        assertThat(server.connections()).isEqualTo(2);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anAnswerDripsAndWaits() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        server.answer("Hello")
                .drip(7, Duration.ofNanos(1))
                .times(2)
                .answer("late")
                .heldUntil(gate);

        assertThat(llm.completions(HI).content()).isEqualTo("Hello");
        assertThat(StreamProbe.of(llm.stream(HI)).text()).isEqualTo("Hello");
        CompletableFuture<CompletionResponse> late = llm.completionsAsync(HI);
        server.awaitExchange(2);
        assertThat(late).isNotDone();
        gate.complete(null);
        assertThat(late).succeedsWithin(30, TimeUnit.SECONDS);
    }

    @Test
    void headersScriptsAndFunctionsMakeAnswers() {
        server.answer("a")
                .header("x-request-id: 7")
                .script(exchange -> exchange.answer(
                        200, "application/json", "{\"choices\":[{\"message\":{\"content\":\"by hand\"}}]}"))
                .respond(request -> CompletionResponse.builder()
                        .content("asked for " + request.json().text("model"))
                        .build());

        assertThat(llm.completions(HI).serverInfo()).containsEntry(CompletionResponse.REQUEST_ID, "7");
        assertThat(llm.completions(HI).content()).isEqualTo("by hand");
        assertThat(llm.completions(HI).content()).isEqualTo("asked for small");
    }

    @Test
    void aRequestBeyondTheScriptIsRefused() {
        server.answer("a");
        llm.completions(HI);

        LlmException failure = failure(llm);

        assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(failure).hasMessageContaining("has 1 answers, and this is request 2: POST /v1/chat/completions");
    }

    @Test
    void modelsAreListedWithoutTheScript() {
        server.models("small", "large");

        assertThat(llm.listModels()).extracting(model -> model.name()).containsExactly("small", "large");
        assertThat(llm.health().up()).isTrue();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void whatAFunctionThrowsFailsTheTest() {
        WireServer broken = WireServer.openai().respond(request -> {
            throw new IllegalStateException("wrong prompt");
        });
        try (LlmProvider toBroken = OpenAiProvider.builder()
                .baseUrl(broken.url())
                .apiKey("test")
                .retries(RetryPolicy.none())
                .defaultModel("small")
                .build()) {
            assertThat(failure(toBroken).kind()).isEqualTo(Kind.CONNECTION);
        }

        AssertionError failure = catchThrowableOfType(AssertionError.class, broken::close);

        assertThat(failure).hasRootCauseMessage("wrong prompt");
    }

    @Test
    void eventsOfAStreamAreCounted() {
        server.answer("a").cutAfter(2);

        List<StreamEvent> events = StreamProbe.of(llm.stream(HI)).events();

        assertThat(events).hasSize(2).last().isInstanceOf(StreamEvent.MessageStop.class);
    }

    private static LlmException failure(LlmProvider provider) {
        return catchThrowableOfType(LlmException.class, () -> provider.completions(HI));
    }
}
