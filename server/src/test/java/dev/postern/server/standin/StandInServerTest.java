package dev.postern.server.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.ResponseFormat;
import dev.postern.StopReason;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.openai.OpenAiProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandInServerTest {
    private static final ToolDefinition WEATHER = ToolDefinition.of("get_weather", "", Map.of());

    private final StandInServer server = StandInServer.start(Duration.ZERO);
    private final LlmProvider llm = OpenAiProvider.builder()
            .baseUrl(server.baseUrl())
            .defaultModel(StandInServer.MODEL)
            .build();

    @AfterEach
    void close() {
        llm.close();
        server.close();
    }

    static Stream<CompletionRequest> requests() {
        CompletionRequest.Builder weather = CompletionRequest.builder()
                .user("The weather in Paris and New York?")
                .tool(WEATHER);
        return Stream.of(
                CompletionRequest.of("Tell me a story"),
                CompletionRequest.of("\uD83D\uDEAA  ü \"\n"),
                CompletionRequest.builder().user("Tell me a story").maxTokens(5).build(),
                weather.build(),
                CompletionRequest.builder()
                        .user("Is it Ada, 36?")
                        .responseFormat(ResponseFormat.jsonObject())
                        .build());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aStreamFoldsToTheWholeAnswer(CompletionRequest request) {
        CompletionResponse whole = llm.completions(request);
        CompletionResponse folded =
                CompletionCollector.collect(llm.stream(request)).join();

        assertThat(folded.message()).isEqualTo(whole.message());
        assertThat(folded.stopReason()).isEqualTo(whole.stopReason());
        assertThat(folded.usage()).isEqualTo(whole.usage()).isPresent();
        assertThat(folded.model()).isEqualTo(whole.model()).isEqualTo(StandInServer.MODEL);
    }

    @Test
    void callsAToolForEachPlaceAndAnswersWithTheResults() {
        CompletionRequest.Builder conversation = CompletionRequest.builder()
                .user("The weather in Paris and New York?")
                .tool(WEATHER);
        CompletionResponse calls = llm.completions(conversation.build());

        assertThat(calls.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(calls.toolCalls())
                .extracting(call -> call.input().get("city"))
                .containsExactly("Paris", "New York");

        CompletionResponse answer = llm.completions(conversation
                .message(calls.message())
                .toolResults(
                        ToolResult.of(calls.toolCalls().get(0).id(), "sunny"),
                        ToolResult.error(calls.toolCalls().get(1).id(), "no station"))
                .build());
        assertThat(answer.content()).isEqualTo("The weather in Paris: sunny. The weather in New York: no station.");
    }

    @Test
    void shortensAnAnswerToTheMaximumLength() {
        CompletionResponse answer = llm.completions(
                CompletionRequest.builder().user("Tell me a story").maxTokens(4).build());

        assertThat(answer.content()).isEqualTo("Once upon a time");
        assertThat(answer.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    }

    @Test
    void listsItsModels() {
        assertThat(llm.listModels()).extracting(ModelInfo::name).contains(StandInServer.MODEL);
        assertThat(llm.health()).extracting(ProviderHealth::up).isEqualTo(true);
    }

    @Test
    void refusesAnUnknownModel() {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> llm.completions(
                        CompletionRequest.builder().model("gpt-99").user("?").build()))
                .returns(Kind.NOT_FOUND, LlmException::kind)
                .returns("model_not_found", LlmException::code);
    }

    @Test
    void refusesAnInvalidRequest() throws IOException, InterruptedException {
        assertThat(post("/chat/completions", "{").statusCode()).isEqualTo(400);
        assertThat(post("/chat/completions", "{\"model\":\"stand-in\"}").statusCode())
                .isEqualTo(400);
        assertThat(post("/embeddings", "{}").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.baseUrl() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
}
