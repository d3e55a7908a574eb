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
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The session of a coding agent through Anthropic's API: a long prompt with cache marks, fifty tools, calls at the same time, images in
 * results, thinking.
 */
class CodingAgentTest {
    private static final String RULE = "Keep the rules of this project. ";
    private static final Map<String, Object> MARK = Map.of("cache_control", Map.of("type", "ephemeral"));

    @TempDir
    private Path folder;

    private final WireServer openai = WireServer.openai();
    private final WireServer claude = WireServer.openai();
    private final WireServer bedrock = WireServer.bedrock();
    private GatewayService service;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), """
                providers:
                  llm:
                    default: openai
                    backends:
                      openai: {backend: openai, config: {base_url: "%s", default_model: gpt-4o, retries: 1}}
                      router: {backend: openai, config: {base_url: "%s", profile: litellm, retries: 1}}
                      bedrock:
                        backend: bedrock
                        config: {endpoint: "%s", region: us-east-1, api_key: test, retries: 1}
                """.formatted(openai.url(), claude.url(), bedrock.url()));
        service = GatewayService.start(
                new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of(),
                Limits.defaults());
    }

    @AfterEach
    void stop() {
        service.close();
        openai.close();
        claude.close();
        bedrock.close();
    }

    private static CompletionResponse calls() {
        return CompletionResponse.builder()
                .content(List.of(
                        new Content.Reasoning("Two files.", "c2ln", "", ProviderData.NONE),
                        Content.text("I read both."),
                        ToolCall.of("toolu_1", "tool_1", Map.of("path", "a.png")),
                        ToolCall.of("toolu_2", "tool_2", Map.of("path", "b.txt"))))
                .stopReason(StopReason.TOOL_USE)
                .usage(new Usage(100, 20, OptionalLong.of(80), OptionalLong.empty(), OptionalLong.empty()))
                .build();
    }

    private static Map<String, Object> with(Map<String, ?> fields, Map<String, ?> more) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.putAll(more);
        return all;
    }

    private static Map<String, Object> text(String text) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "text");
        block.put("text", text);
        return block;
    }

    private JsonObject ask(String model, List<Object> messages) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("max_tokens", 32_000);
        body.put("thinking", Map.of("type", "enabled", "budget_tokens", 16_000));
        body.put("metadata", Map.of("user_id", "user_1_session_2"));
        body.put(
                "system",
                List.of(text("You are an agent."), with(text(RULE.repeat(1_000)), MARK), text("Today is Monday.")));
        body.put(
                "tools",
                IntStream.range(0, 50)
                        .mapToObj(i -> with(
                                Map.of(
                                        "name", "tool_" + i,
                                        "description", "Tool " + i,
                                        "input_schema",
                                                Map.of(
                                                        "type",
                                                        "object",
                                                        "properties",
                                                        Map.of("path", Map.of("type", "string")))),
                                i == 49 ? MARK : Map.of()))
                        .toList());
        body.put("messages", messages);
        try (RawClient client = new RawClient(service.port())) {
            RawClient.Answer answer = client.request(
                            "POST",
                            "/v1/messages?beta=true",
                            Json.text(body),
                            "anthropic-version: 2023-06-01",
                            "anthropic-beta: interleaved-thinking-2025-05-14",
                            "x-api-key: any")
                    .answer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return Json.object(answer.body());
        }
    }

    /** Two turns: the agent reads two files at the same time, one of which is an image, and gets the answer. */
    private void session(String model) throws IOException {
        List<Object> messages = new ArrayList<>();
        messages.add(Map.of("role", "user", "content", List.of(with(text("What is in these files?"), MARK))));
        JsonObject called = ask(model, messages);
        assertThat(called.text("stop_reason")).isEqualTo("tool_use");
        Object content = called.get("content");
        messages.add(Map.of("role", "assistant", "content", content == null ? List.of() : content));
        messages.add(Map.of(
                "role",
                "user",
                "content",
                List.of(
                        Map.of(
                                "type", "tool_result",
                                "tool_use_id", "toolu_1",
                                "content",
                                        List.of(Map.of(
                                                "type",
                                                "image",
                                                "source",
                                                Map.of(
                                                        "type", "base64",
                                                        "media_type", "image/png",
                                                        "data", "iVBORw==")))),
                        with(Map.of("type", "tool_result", "tool_use_id", "toolu_2", "content", "Hello"), MARK))));
        JsonObject last = ask(model, messages);
        assertThat(last.text("stop_reason")).isEqualTo("end_turn");
        assertThat(last.objects("content").get(0).text("text")).isEqualTo("A cat, and a greeting.");
    }

    @Test
    void onBedrock() throws IOException {
        bedrock.answer(calls()).answer("A cat, and a greeting.");
        session("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0");

        JsonObject sent = bedrock.request(1).json();
        String point = "{\"cachePoint\":{\"type\":\"default\"}}";
        assertThat(Json.text(sent.objects("system").get(1).get("cachePoint"))).isEqualTo("{\"type\":\"default\"}");
        assertThat(sent.objects("system")).hasSize(3);
        List<JsonObject> tools = sent.object("toolConfig").objects("tools");
        assertThat(tools).hasSize(51);
        assertThat(tools.get(50).has("cachePoint")).isTrue();
        List<JsonObject> turns = sent.objects("messages");
        assertThat(Json.text(turns.get(0).get("content"))).endsWith(point + "]");
        assertThat(Json.text(turns.get(1).get("content")))
                .startsWith(
                        "[{\"reasoningContent\":{\"reasoningText\":{\"text\":\"Two files.\",\"signature\":\"c2ln\"}}},"
                                + "{\"text\":\"I read both.\"},{\"toolUse\":");
        assertThat(turns.get(2)
                        .objects("content")
                        .get(0)
                        .object("toolResult")
                        .objects("content")
                        .get(0)
                        .has("image"))
                .isTrue();
        assertThat(Json.text(turns.get(2).get("content"))).endsWith(point + "]");
        assertThat(Json.text(sent.object("additionalModelRequestFields").get("thinking")))
                .contains("\"budget_tokens\":16000");
    }

    @Test
    void onAServerThatPassesMarksToClaude() throws IOException {
        claude.answer(calls()).answer("A cat, and a greeting.");
        session("router/claude-sonnet-4-5");

        JsonObject sent = claude.request(1).json();
        List<JsonObject> messages = sent.objects("messages");
        String mark = "\"cache_control\":{\"type\":\"ephemeral\"}";
        assertThat(Json.text(messages.get(0).get("content"))).contains(mark);
        assertThat(messages.get(1).text("content")).isEqualTo("Today is Monday.");
        assertThat(Json.text(messages.get(2).get("content"))).contains(mark);
        assertThat(Json.text(sent.objects("tools").get(49).get("cache_control")))
                .isEqualTo("{\"type\":\"ephemeral\"}");
        assertThat(sent.object("thinking").integer("budget_tokens", 0)).isEqualTo(16_000);
    }

    @Test
    void onAServerWithoutMarks() throws IOException {
        openai.answer(calls()).answer("A cat, and a greeting.");
        session("gpt-4o");

        JsonObject sent = openai.request(1).json();
        assertThat(Json.text(sent.get("messages"))).doesNotContain("cache_control");
        assertThat(sent.has("thinking")).isFalse();
        assertThat(sent.has("metadata")).isFalse();
        assertThat(sent.objects("tools")).hasSize(50);
        List<JsonObject> messages = sent.objects("messages");
        assertThat(messages.stream().map(message -> message.text("role")))
                .containsExactly("system", "user", "assistant", "tool", "tool", "user");
        assertThat(messages.get(0).text("content"))
                .startsWith("You are an agent.")
                .endsWith("Today is Monday.");
        assertThat(messages.get(2).objects("tool_calls")).hasSize(2);
        assertThat(Json.text(messages.get(5).get("content"))).contains("data:image/png;base64,iVBORw==");
    }
}
