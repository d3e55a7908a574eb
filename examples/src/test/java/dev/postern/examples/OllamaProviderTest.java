package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolDefinition;
import dev.postern.Usage;
import dev.postern.testkit.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers are in the format of Ollama's documentation of {@code POST /api/chat}. */
@Timeout(60)
class OllamaProviderTest {
    private static final String PIECES = """
            {"model":"m","message":{"role":"assistant","content":"Gr"},"done":false}
            {"model":"m","message":{"role":"assistant","content":"üße"},"done":false}
            """;
    private static final String END = """
            {"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",\
            "prompt_eval_count":26,"eval_count":8}
            """;

    private ScriptedServer server;
    private OllamaProvider llm;

    private void serve(ScriptedServer.Script script) {
        server = new ScriptedServer(script);
        llm = new OllamaProvider(server.uri().toString(), "m");
    }

    @AfterEach
    void close() {
        if (server != null) {
            llm.close();
            server.close();
        }
    }

    @Test
    void sendsModelMessagesAndOptions() {
        serve(exchange -> exchange.answer(200, "application/x-ndjson", PIECES + END));

        llm.completions(CompletionRequest.builder()
                .system("Be brief.")
                .user("Hi")
                .temperature(0.5)
                .maxTokens(9)
                .build());

        assertThat(server.requests()).singleElement().satisfies(request -> {
            assertThat(request.target()).isEqualTo("/api/chat");
            assertThat(request.text())
                    .isEqualTo("{\"model\":\"m\",\"stream\":true,\"messages\":["
                            + "{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hi\"}],"
                            + "\"options\":{\"temperature\":0.5,\"num_predict\":9}}");
        });
    }

    @Test
    void readsTheAnswerFromBytesThatAreSplitAnywhere() {
        serve(exchange -> {
            exchange.beginChunked(200, "application/x-ndjson");
            for (byte one : (PIECES + END).getBytes(StandardCharsets.UTF_8)) {
                exchange.chunk(new byte[] {one});
            }
            exchange.lastChunk();
        });

        try (EventStream events = EventStream.of(llm.stream(CompletionRequest.of("Hi")))) {
            assertThat(events)
                    .containsExactly(
                            new StreamEvent.ContentDelta("Gr"),
                            new StreamEvent.ContentDelta("üße"),
                            new StreamEvent.MessageStop(StopReason.END_TURN, "m", Map.of()),
                            new StreamEvent.UsageReported(Usage.of(26, 8)));
        }
    }

    @Test
    void returnsTheWholeAnswer() {
        serve(exchange -> exchange.answer(
                200,
                "application/x-ndjson",
                PIECES + END.replace("stop", "length").trim()));

        CompletionResponse answer = llm.completions(CompletionRequest.of("Hi"));

        assertThat(answer.content()).isEqualTo("Grüße");
        assertThat(answer.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
        assertThat(answer.usage()).contains(Usage.of(26, 8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | {"message":{"content":"Gr"},"done":false} | INCOMPLETE_STREAM | The answer was cut off.
            200 | {"error":"out of memory"}                 | SERVER            | The server sent no message. out of memory
            200 | <html>                                    | PROTOCOL          | The server sent no message.
            404 | {"error":"no model"}                      | NOT_FOUND         | The server answered 404: {"error":"no model"}
            """)
    void failsIfTheServerDoes(int status, String body, Kind kind, String message) {
        serve(exchange -> exchange.answer(status, "application/x-ndjson", body + "\n"));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() ->
                        EventStream.of(llm.stream(CompletionRequest.of("Hi"))).text())
                .withMessageContaining(message)
                .satisfies(failure -> {
                    assertThat(failure.kind()).isEqualTo(kind);
                    assertThat(failure.backend()).isEqualTo("ollama-native");
                    assertThat(failure.model()).isEqualTo("m");
                });
    }

    @Test
    void refusesALineWithoutEnd() {
        serve(exchange -> exchange.answer(200, "application/x-ndjson", "x".repeat((1 << 20) + 1)));

        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> llm.completions(CompletionRequest.of("Hi")))
                .withMessageContaining("longer than 1048576 bytes")
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
    }

    @Test
    void closesTheConnectionWhenTheStreamIsClosed() {
        serve(exchange -> {
            exchange.beginChunked(200, "application/x-ndjson").chunk(PIECES);
            exchange.hold();
        });

        try (EventStream events = EventStream.of(llm.stream(CompletionRequest.of("Hi")))) {
            assertThat(events.iterator().next()).isEqualTo(new StreamEvent.ContentDelta("Gr"));
        }

        server.exchange(0).awaitPeerClosed();
    }

    @Test
    void refusesToolsAndImagesBeforeSending() {
        serve(exchange -> exchange.answer(200, "application/x-ndjson", PIECES + END));
        List<CompletionRequest> requests = List.of(
                CompletionRequest.builder()
                        .user("Hi")
                        .tool(ToolDefinition.of("f", "", Map.of()))
                        .build(),
                CompletionRequest.builder()
                        .user(Content.imageUrl("https://example.org/a.png"))
                        .build());

        for (CompletionRequest request : requests) {
            assertThatExceptionOfType(LlmException.class)
                    .isThrownBy(() -> llm.completions(request))
                    .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.UNSUPPORTED));
        }
        assertThat(server.requests()).isEmpty();
    }
}
