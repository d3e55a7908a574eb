package dev.postern.testkit.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.CallOptions;
import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.ToolCall;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.http.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests a provider with an independent server: {@code @copilotkit/aimock} from npm, which has several protocols with the same
 * scenarios. The last message of the user selects a scenario, as in {@code [[text]] Hello}.
 */
@Timeout(60)
public abstract class AimockContract {
    private static final String ADDRESS = "postern.aimock";

    private static final Map<String, Object> SCHEMA =
            Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string")));

    private final List<LlmProvider> built = new ArrayList<>();

    /** For subclasses. */
    protected AimockContract() {}

    /** A provider for the server at this address. */
    protected abstract LlmProvider provider(String address, RetryPolicy retries);

    /** The expected tool input for arguments that are not JSON. */
    protected abstract ToolCall withBrokenArguments();

    /** The expected stop reason for {@code content_filter}. */
    protected abstract StopReason contentFilter();

    @BeforeAll
    static void serverIsRunning() {
        if (System.getProperty(ADDRESS) == null) {
            System.out.println(
                    "aimock: skipped; start @copilotkit/aimock with its scenarios and give -D" + ADDRESS + "=URL");
        }
        assumeTrue(System.getProperty(ADDRESS) != null, "no aimock");
    }

    @AfterEach
    void closeProviders() {
        built.forEach(LlmProvider::close);
    }

    /** A provider without retries. */
    protected final LlmProvider once() {
        return provider(RetryPolicy.none());
    }

    private LlmProvider provider(RetryPolicy retries) {
        LlmProvider provider = provider(System.getProperty(ADDRESS), retries);
        built.add(provider);
        return provider;
    }

    private static CompletionRequest.Builder scenario(String name) {
        return CompletionRequest.builder()
                .user("[[" + name + "]] please")
                .tool(ToolDefinition.of("get_weather", "The weather in a city.", SCHEMA))
                .tool(ToolDefinition.of("now", "The time.", Map.of("type", "object", "properties", Map.of())))
                .tool(ToolDefinition.of("search", "Searches.", Map.of("type", "object", "properties", Map.of())))
                // aimock counts the steps of a scenario by this header
                .options(CallOptions.builder()
                        .header("X-Test-Id", UUID.randomUUID().toString())
                        .build());
    }

    /** The answer of a completion; checks that the stream has the same answer. */
    private CompletionResponse answer(CompletionRequest request) {
        LlmProvider llm = once();
        CompletionResponse whole = llm.completions(request);
        CompletionResponse streamed =
                CompletionCollector.collect(llm.stream(request)).join();
        assertThat(streamed.message()).isEqualTo(whole.message());
        assertThat(streamed.stopReason()).isEqualTo(whole.stopReason());
        return whole;
    }

    private CompletionResponse answer(String scenario) {
        return answer(scenario(scenario).build());
    }

    /** The events before the failure of a stream. */
    private record Broken(List<StreamEvent> events, LlmException failure) {}

    private static Broken broken(LlmProvider llm, CompletionRequest request) {
        List<StreamEvent> events = new ArrayList<>();
        LlmException failure = catchThrowableOfType(LlmException.class, () -> {
            try (EventStream stream = EventStream.of(llm.stream(request))) {
                stream.forEach(events::add);
            }
        });
        assertThat(failure).as("failure after %s", events).isNotNull();
        return new Broken(events, failure);
    }

    /** The failure of a completion; checks that the stream fails in the same way. */
    protected final LlmException failure(String scenario) {
        LlmProvider llm = once();
        CompletionRequest request = scenario(scenario).build();
        LlmException whole = catchThrowableOfType(LlmException.class, () -> llm.completions(request));
        Broken streamed = broken(llm, request);
        assertThat(whole).as("failure").isNotNull();
        assertThat(streamed.events()).isEmpty();
        assertThat(streamed.failure().kind()).isEqualTo(whole.kind());
        assertThat(streamed.failure().status()).isEqualTo(whole.status());
        return whole;
    }

    @Test
    void textHasItsUsage() {
        CompletionResponse answer = answer("text");

        assertThat(answer.content()).isEqualTo("Hello from aimock.");
        assertThat(answer.stopReason()).isEqualTo(StopReason.END_TURN);
        assertThat(answer.usage()).map(Usage::inputTokens).hasValue(11L);
        assertThat(answer.usage()).map(Usage::outputTokens).hasValue(5L);
    }

    @Test
    void aLongTextIsReceivedAsAWholeAndInPieces() {
        List<StreamEvent> events = new ArrayList<>();
        try (EventStream stream = EventStream.of(once().stream(scenario("long").build()))) {
            stream.forEach(events::add);
        }

        assertThat(events).hasSizeGreaterThan(100);
        assertThat(answer("long").content())
                .startsWith("Line 1: ")
                .contains("Line 60: ")
                .hasLineCount(60);
    }

    @Test
    void splitCharactersAreDecoded() {
        assertThat(answer("unicode").content()).isEqualTo("Grüße, 世界 👩‍🚀🚀 \"quoted\" \\ tab\t nl\n end");
        assertThat(answer("crlf").content()).isEqualTo("a\r\nb\rc\n\nd");
    }

    @Test
    void anAnswerCanBeEmptyOrCutByItsLimit() {
        assertThat(answer("empty").content()).isEmpty();
        assertThat(answer("length").stopReason()).isEqualTo(StopReason.MAX_TOKENS);
        assertThat(answer("filter").stopReason()).isEqualTo(contentFilter());
    }

    @Test
    void aToolIsCalledAndItsResultIsUsed() {
        CompletionRequest.Builder conversation = scenario("tool-one");
        CompletionResponse call = answer(conversation.build());

        assertThat(call.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(call.toolCalls()).containsExactly(weather("call_paris", "Paris"));
        conversation.message(call.message()).toolResults(ToolResult.of("call_paris", "18 degrees"));
        assertThat(answer(conversation.build()).content()).isEqualTo("It is 18 degrees in Paris.");
    }

    @Test
    void severalToolsAreCalledAtOnce() {
        CompletionRequest.Builder conversation = scenario("tool-parallel");
        CompletionResponse call = answer(conversation.build());

        assertThat(call.toolCalls())
                .containsExactly(weather("call_1", "Paris"), weather("call_2", "Oslo"), weather("call_3", "Rome"));
        conversation
                .message(call.message())
                .toolResults(
                        ToolResult.of("call_1", "18"), ToolResult.of("call_2", "7"), ToolResult.of("call_3", "24"));
        assertThat(answer(conversation.build()).content()).isEqualTo("Paris 18, Oslo 7, Rome 24.");
    }

    @Test
    void anAnswerCanHaveTextAndCalls() {
        CompletionResponse answer = answer("tool-text");

        assertThat(answer.content()).isEqualTo("Let me look that up.");
        assertThat(answer.toolCalls()).containsExactly(weather("call_t1", "Paris"));
    }

    @Test
    void aToolCanHaveNoArguments() {
        assertThat(answer("tool-noargs").toolCalls()).containsExactly(ToolCall.of("call_now", "now", Map.of()));
        assertThat(answer("tool-emptyargs").toolCalls()).containsExactly(ToolCall.of("call_now2", "now", Map.of()));
    }

    @Test
    void argumentsThatAreNotJsonDoNotFail() {
        assertThat(answer("tool-badjson").toolCalls()).containsExactly(withBrokenArguments());
    }

    @Test
    void aCallOfAnUnknownToolIsPassedToTheCaller() {
        assertThat(answer("tool-unknown").toolCalls()).containsExactly(ToolCall.of("call_x", "no_such_tool", Map.of()));
    }

    @Test
    void aToolLoopEndsAfterThreeTurns() {
        CompletionRequest.Builder conversation = scenario("agent");
        CompletionResponse answer = answer(conversation.build());
        List<String> called = new ArrayList<>();
        while (!answer.toolCalls().isEmpty() && called.size() < 10) {
            answer.toolCalls().forEach(call -> called.add(call.id()));
            conversation.message(answer.message());
            conversation.toolResults(answer.toolCalls().stream()
                    .map(call -> ToolResult.of(call.id(), "found"))
                    .toList());
            answer = answer(conversation.build());
        }

        assertThat(called).containsExactly("call_s", "call_a1", "call_a2");
        assertThat(answer.content()).isEqualTo("Paris is warmer than Oslo.");
    }

    @Test
    void reasoningIsSeparateFromTheAnswer() {
        CompletionResponse answer = answer("reasoning");

        assertThat(answer.reasoning()).isEqualTo("First I add the numbers. Then I double-check.");
        assertThat(answer.content()).isEqualTo("The answer is 4.");
    }

    @Test
    void reasoningBeforeACallIsSentBackWithIt() {
        CompletionRequest.Builder conversation = scenario("reasoning-tool");
        CompletionResponse call = answer(conversation.build());

        assertThat(call.reasoning()).isEqualTo("I need the weather first.");
        assertThat(call.toolCalls()).containsExactly(weather("call_r1", "Paris"));
        conversation.message(call.message()).toolResults(ToolResult.of("call_r1", "18"));
        assertThat(answer(conversation.build()).content()).isEqualTo("18 degrees.");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 400, INVALID_REQUEST",
        "context, 400, CONTEXT_LENGTH",
        "401, 401, AUTHENTICATION",
        "403, 403, PERMISSION",
        "404, 404, NOT_FOUND",
        "429, 429, RATE_LIMITED",
        "500, 500, SERVER",
        "502, 502, SERVER",
        "503, 503, OVERLOADED",
        "drop, 500, SERVER",
        "ratelimit, 429, RATE_LIMITED"
    })
    void eachErrorHasItsKind(String scenario, int status, Kind kind) {
        LlmException failure = failure(scenario);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.status()).hasValue(status);
        assertThat(failure.serverMessage()).isNotEmpty();
        assertThat(failure.getMessage()).contains(failure.serverMessage());
    }

    @Test
    void aRateLimitHasARetryAfter() {
        assertThat(failure("429").retryAfter()).hasValue(Duration.ofSeconds(2));
    }

    @Test
    void anAnswerThatIsNotJsonFailsWithProtocol() {
        assertThat(failure("malformed").kind()).isEqualTo(Kind.PROTOCOL);
    }

    @Test
    void aClosedConnectionFailsWithConnection() {
        assertThat(failure("disconnect").kind()).isEqualTo(Kind.CONNECTION);
    }

    @Test
    void twoFailuresAreRetried() {
        LlmProvider llm = provider(RetryPolicy.defaults().withDelays(Duration.ofMillis(1), Duration.ofMillis(1)));

        assertThat(llm.completions(scenario("flaky").build()).content()).isEqualTo("third time lucky");
        assertThat(CompletionCollector.collect(llm.stream(scenario("flaky").build()))
                        .join()
                        .content())
                .isEqualTo("third time lucky");
    }

    @Test
    void threeFailuresExceedTwoAttempts() {
        LlmProvider llm = provider(
                RetryPolicy.defaults().withMaxAttempts(2).withDelays(Duration.ofMillis(1), Duration.ofMillis(1)));

        assertThat(broken(llm, scenario("flaky").build()).failure().kind()).isEqualTo(Kind.RATE_LIMITED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut-chunks", "cut-ms"})
    void aCutAnswerIsIncompleteAndNotRetried(String scenario) {
        Broken cut = broken(provider(RetryPolicy.defaults()), scenario(scenario).build());

        assertThat(cut.failure().kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(text(cut.events()))
                .startsWith("Line 1: th")
                .containsOnlyOnce("Line 1: ")
                .doesNotContain("Line 60");
        assertThat(cut.events()).noneMatch(StreamEvent.MessageStop.class::isInstance);
    }

    @Test
    void aCutToolCallIsNeverComplete() {
        Broken cut =
                broken(provider(RetryPolicy.defaults()), scenario("cut-tool").build());

        assertThat(cut.failure().kind()).isEqualTo(Kind.INCOMPLETE_STREAM);
        assertThat(cut.events())
                .startsWith(new StreamEvent.ToolCallStart("call_cut", "get_weather"))
                .noneMatch(StreamEvent.ToolCallComplete.class::isInstance)
                .noneMatch(StreamEvent.MessageStop.class::isInstance);
    }

    @Test
    void aSlowFirstTokenIsAcceptedUnlessATimeoutIsSet() {
        assertThat(text(events("ttft", Timeouts.defaults()))).isEqualTo("slow first token");

        Broken late =
                broken(once(), with(Timeouts.defaults().withResponseStart(Duration.ofMillis(400)), scenario("ttft")));
        assertThat(late.failure().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(late.events()).isEmpty();
    }

    @Test
    void aStallIsAcceptedUnlessATimeoutIsSet() {
        assertThat(text(events("stall", Timeouts.defaults()))).hasSize(120);

        Broken stalled = broken(once(), with(Timeouts.defaults().withIdle(Duration.ofSeconds(1)), scenario("stall")));
        assertThat(stalled.failure().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(text(stalled.events())).startsWith("Line 1: ").hasSizeLessThan(120);
    }

    @Test
    void aHangingServerFailsAfterTheTotalTimeout() {
        Broken hung = broken(once(), with(Timeouts.defaults().withTotal(Duration.ofMillis(500)), scenario("hang")));

        assertThat(hung.failure().kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void theProviderWorksAfterACancelledStream() {
        LlmProvider llm = once();
        try (EventStream stream = EventStream.of(llm.stream(scenario("tps").build()))) {
            assertThat(stream.iterator().next()).isInstanceOf(StreamEvent.ContentDelta.class);
        }

        assertThat(llm.completions(scenario("text").build()).content()).isEqualTo("Hello from aimock.");
    }

    private List<StreamEvent> events(String scenario, Timeouts timeouts) {
        List<StreamEvent> events = new ArrayList<>();
        try (EventStream stream = EventStream.of(once().stream(with(timeouts, scenario(scenario))))) {
            stream.forEach(events::add);
        }
        return events;
    }

    private static CompletionRequest with(Timeouts timeouts, CompletionRequest.Builder request) {
        return request.options(CallOptions.builder().timeouts(timeouts).build()).build();
    }

    private static String text(List<StreamEvent> events) {
        StringBuilder text = new StringBuilder();
        for (StreamEvent event : events) {
            if (event instanceof StreamEvent.ContentDelta delta) {
                text.append(delta.delta());
            }
        }
        return text.toString();
    }

    private static ToolCall weather(String id, String city) {
        return ToolCall.of(id, "get_weather", Map.of("city", city, "unit", "celsius"));
    }
}
