package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.StopReason;
import dev.postern.ToolCall;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.Limits;
import dev.postern.testkit.WireServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random answers go from a model server through a vendor's API to a client, and back to the model server with the next request. */
abstract class DoorProvidersContract {
    private static final int ANSWERS = 60;
    private static final String CLAUDE = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    @TempDir
    private Path folder;

    private final Random random = new Random(7);
    private final WireServer openai = WireServer.openai();
    private final WireServer bedrock = WireServer.bedrock();
    private GatewayService service;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    default: openai
                    backends:
                      openai: {backend: openai, config: {base_url: "%s", default_model: m, retries: 1}}
                      bedrock:
                        backend: bedrock
                        config: {endpoint: "%s", region: us-east-1, api_key: test, retries: 1}
                """.formatted(openai.url(), bedrock.url()));
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of(),
                Limits.defaults());
    }

    @AfterEach
    void stop() {
        service.close();
        openai.close();
        bedrock.close();
    }

    @Test
    void openai() throws IOException {
        for (int i = 0; i < ANSWERS; i++) {
            CompletionResponse answer = answer(false);
            List<JsonObject> messages =
                    secondRequest("openai/m", openai, answer).objects("messages");

            JsonObject said = messages.get(1);
            assertThat(said.text("content")).isEqualTo(answer.message().text());
            List<String> calls = new ArrayList<>();
            said.objects("tool_calls")
                    .forEach(call -> calls.add(call.text("id")
                            + call.object("function").text("name")
                            + call.object("function").text("arguments")));
            List<String> expected = new ArrayList<>();
            answer.message()
                    .toolCalls()
                    .forEach(call -> expected.add(call.id() + call.name() + Json.text(call.input())));
            assertThat(calls).isEqualTo(expected);
            List<String> results = new ArrayList<>();
            messages.subList(2, messages.size())
                    .forEach(message -> results.add(message.text("tool_call_id") + message.text("content")));
            assertThat(results).isEqualTo(resultsOf(answer));
        }
    }

    @Test
    void bedrock() throws IOException {
        for (int i = 0; i < ANSWERS; i++) {
            CompletionResponse answer = answer(true);
            List<JsonObject> turns = secondRequest(CLAUDE, bedrock, answer).objects("messages");

            List<String> blocks = new ArrayList<>();
            turns.get(1)
                    .objects("content")
                    .forEach(block ->
                            blocks.add(Json.text(block.get(block.names().get(0)))));
            List<String> expected = new ArrayList<>();
            answer.message().parts().forEach(part -> expected.add(block(part)));
            assertThat(blocks).isEqualTo(expected);
            List<String> results = new ArrayList<>();
            turns.get(2).objects("content").forEach(block -> {
                JsonObject result = block.object("toolResult");
                results.add(result.text("toolUseId")
                        + result.objects("content").get(0).text("text"));
            });
            assertThat(results).isEqualTo(resultsOf(answer));
        }
    }

    private static List<String> resultsOf(CompletionResponse answer) {
        return answer.message().toolCalls().stream()
                .map(call -> call.id() + "Result of " + call.id())
                .toList();
    }

    /** What Bedrock gets for a part. */
    private static String block(Content part) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (part instanceof Content.Text text) {
            return Json.text(text.text());
        } else if (part instanceof Content.Reasoning thought) {
            fields.put("text", thought.text());
            fields.put("signature", thought.signature());
            return thought.redacted().isEmpty()
                    ? Json.text(Map.of("reasoningText", fields))
                    : Json.text(Map.of("redactedContent", thought.redacted()));
        }
        ToolCall call = (ToolCall) part;
        fields.put("toolUseId", call.id());
        fields.put("name", call.name());
        fields.put("input", call.input());
        return Json.text(fields);
    }

    /** Sends what a client sends, with the results of the calls. */
    private JsonObject secondRequest(String model, WireServer server, CompletionResponse answer) throws IOException {
        server.answer(answer).answer("done");
        List<Object> messages = new ArrayList<>(List.of(Map.of("role", "user", "content", "Hello")));
        messages.add(ask(model, messages, random.nextBoolean()));
        messages.addAll(results(answer.message().toolCalls()));
        ask(model, messages, random.nextBoolean());
        return server.request(server.requests().size() - 1).json();
    }

    /** Asks the gateway; the message of the assistant, as the client sends it back. */
    abstract Object ask(String model, List<Object> messages, boolean stream) throws IOException;

    /** The messages with the results of calls: {@code Result of} and the id. */
    abstract List<Object> results(List<ToolCall> calls);

    /** The body of the answer to a request, which must succeed. */
    final String post(String path, Map<String, Object> body) throws IOException {
        try (RawClient client = new RawClient(service.port())) {
            RawClient.Answer answer =
                    client.request("POST", path, Json.text(body)).answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    /** An answer with at least one call; its texts do not follow each other, since servers join them. */
    private CompletionResponse answer(boolean signed) {
        List<Content> parts = new ArrayList<>();
        if (signed && random.nextBoolean()) {
            parts.add(
                    random.nextInt(3) > 0
                            ? new Content.Reasoning(text(), "c2ln", "", ProviderData.NONE)
                            : new Content.Reasoning("", "", "cmVk", ProviderData.NONE));
        }
        if (random.nextBoolean()) {
            parts.add(Content.text(text()));
        }
        for (int calls = 1 + random.nextInt(3); calls > 0; calls--) {
            Map<String, Object> input = new LinkedHashMap<>();
            for (int fields = random.nextInt(3); fields > 0; fields--) {
                input.put("k" + fields, random.nextBoolean() ? text() : fields);
            }
            parts.add(ToolCall.of("call_" + parts.size(), "tool_" + random.nextInt(3), input));
        }
        return CompletionResponse.builder()
                .content(parts)
                .stopReason(StopReason.TOOL_USE)
                .usage(Usage.of(10, 5))
                .build();
    }

    private String text() {
        String alphabet = "aZ \"\\{}[]\n\t\u0085\u2028é😀";
        StringBuilder text = new StringBuilder("x");
        for (int length = random.nextInt(12); length > 0; length--) {
            int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())));
            text.appendCodePoint(alphabet.codePointAt(at));
        }
        return text.append('.').toString();
    }
}
