package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.project.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The writer sends an answer that the reader has read back to the server in the form that the server requires. */
class RoundTripTest {

    /** All golden streams with tool calls. */
    static List<String> streamsWithCalls() {
        return SourcedGolden.names("stream", ".events").stream()
                .filter(name -> events(name).contains("\ntool-complete ")
                        && events(name).contains("\nstop "))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("streamsWithCalls")
    void toolCallsAreSentBackUnchanged(String name) {
        ServerProfile profile = SourcedGolden.profile("stream/" + name + ".events");
        CompletionResponse answer = fold(name, profile);
        JsonObject sent = assistant(profile, answer);
        List<ToolCall> wellFormed = answer.toolCalls().stream()
                .filter(call -> !call.malformedInput())
                .toList();

        assertThat(sent.objects("tool_calls")).hasSameSizeAs(answer.toolCalls());
        assertThat(readAgain(sent, profile).toolCalls()).containsAll(wellFormed);
    }

    @Test
    void geminiGetsTheSignatureOfAToolCallBack() {
        JsonObject sent =
                assistant(ServerProfile.GEMINI, fold("tool-index-missing-split-gemini", ServerProfile.GEMINI));
        assertThat(sent.objects("tool_calls").get(0).get("extra_content"))
                .isEqualTo(Map.of("google", Map.of("thought_signature", "EjQKMgEMOdbH")));
    }

    @Test
    void geminiGetsTheSignatureOfItsMessageBack() {
        JsonObject sent = assistant(ServerProfile.GEMINI, fold("reasoning-signature-gemini", ServerProfile.GEMINI));
        assertThat(sent.get("extra_content")).isEqualTo(Map.of("google", Map.of("thought_signature", "EjQKMgEMOdbH")));
        assertThat(sent.text("content")).isEqualTo("Hi");
    }

    @Test
    void noOtherServerGetsTheSignature() {
        CompletionResponse answer = fold("tool-index-missing-gemini", ServerProfile.GEMINI);
        for (ServerProfile other : ServerProfile.all()) {
            boolean gets = Json.text(write(other, answer)).contains("thought_signature");
            assertThat(gets).as(other.name()).isEqualTo(other.equals(ServerProfile.GEMINI));
        }
    }

    @Test
    void copilotGetsReasoningAndSignatureBack() {
        JsonObject sent =
                assistant(ServerProfile.GENERIC, fold("reasoning-text-opaque-copilot", ServerProfile.GENERIC));
        assertThat(sent.text("reasoning_text")).isEqualTo("Think.");
        assertThat(sent.text("reasoning_opaque")).isEqualTo("b3BhcXVl");
    }

    @Test
    void onlyLiteLlmGetsItsSignedBlocksBack() {
        CompletionResponse answer = fold("thinking-blocks-litellm", ServerProfile.LITELLM);
        assertThat(assistant(ServerProfile.LITELLM, answer).get("thinking_blocks"))
                .isEqualTo(List.of(Map.of("type", "thinking", "thinking", "Think.", "signature", "c2ln")));
        assertThat(assistant(ServerProfile.GENERIC, answer).has("thinking_blocks"))
                .isFalse();
    }

    @Test
    void openRouterGetsBothEncryptedEntriesBack() {
        CompletionResponse answer = fold("reasoning-details-two-encrypted", ServerProfile.OPENROUTER);
        assertThat(assistant(ServerProfile.OPENROUTER, answer).objects("reasoning_details"))
                .extracting(entry -> entry.text("id") + entry.text("data"))
                .containsExactly("call_1AAA", "call_2BBB");
    }

    @ParameterizedTest
    @CsvSource({
        "thought-marked-gemini, <thought>Plan.</thought>Hi there",
        "thought-marked-no-tags-gemini, <thought>Plan.</thought>Hi there",
        "thought-marked-not-closed-gemini, <thought>Plan.</thought>Hi <b>"
    })
    void geminiGetsThoughtsBackInTheContent(String name, String content) {
        CompletionResponse answer = fold(name, ServerProfile.GEMINI);
        JsonObject sent = assistant(ServerProfile.GEMINI, answer);
        assertThat(sent.text("content")).isEqualTo(content);
        assertThat(sent.object("extra_content").object("google").get("thought")).isEqualTo(true);
        assertThat(assistant(ServerProfile.OPENAI, answer).text("content")).isEqualTo(answer.content());
    }

    @Test
    void customCallIsSentBackAsTextAndToOtherServersAsArguments() {
        CompletionResponse answer = fold("tool-custom", ServerProfile.OPENAI);
        assertThat(assistant(ServerProfile.OPENAI, answer)
                        .objects("tool_calls")
                        .get(0)
                        .get("custom"))
                .isEqualTo(Map.of("name", "code", "input", "print(\"hi\\n\")\n# ü \uD83D\uDE00"));
        assertThat(assistant(ServerProfile.MISTRAL, answer)
                        .objects("tool_calls")
                        .get(0)
                        .object("function")
                        .text("name"))
                .isEqualTo("code");
    }

    @Test
    void deepSeekGetsTheReasoningOfAToolCallBack() {
        String stream = ChatSamples.chunk("{\"reasoning_content\":\"I need \"}", "null")
                + ChatSamples.chunk("{\"reasoning_content\":\"the time.\"}", "null")
                + ChatSamples.chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"k1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                        "\"tool_calls\"")
                + ChatSamples.DONE;
        CompletionResponse answer = Replay.fold(stream.getBytes(StandardCharsets.UTF_8), ServerProfile.DEEPSEEK);
        assertThat(assistant(ServerProfile.DEEPSEEK, answer).text("reasoning_content"))
                .isEqualTo("I need the time.");
        assertThat(assistant(ServerProfile.GENERIC, answer).has("reasoning_content"))
                .isFalse();
    }

    @Test
    void openRouterGetsReasoningDetailsBackUnchanged() {
        CompletionResponse answer = fold("reasoning-details-openrouter", ServerProfile.OPENROUTER);
        JsonObject sent = assistant(ServerProfile.OPENROUTER, answer);
        assertThat(sent.get("reasoning_details"))
                .isEqualTo(List.of(Map.of(
                        "type", "reasoning.text",
                        "text", "Hm hm",
                        "format", "anthropic-claude-v1",
                        "index", 0,
                        "signature", "Eo8C")));
        assertThat(sent.has("reasoning"))
                .as("the text is not sent a second time")
                .isFalse();
    }

    @Test
    void mistralGetsTheSameShortIdForCallAndResultInEveryTurn() {
        Message call = new Message(Role.ASSISTANT, List.of(ToolCall.of("call_from_another_server", "f", Map.of())));
        CompletionRequest first = CompletionRequest.builder()
                .user("?")
                .message(call)
                .toolResults(ToolResult.of("call_from_another_server", "1"))
                .build();
        CompletionRequest second = first.toBuilder().user("And?").build();
        List<JsonObject> one = Json.object(new RequestCases.Case("m", ServerProfile.MISTRAL, false, first).bytes())
                .objects("messages");
        List<JsonObject> two = Json.object(new RequestCases.Case("m", ServerProfile.MISTRAL, true, second).bytes())
                .objects("messages");

        String id = one.get(1).objects("tool_calls").get(0).text("id");
        assertThat(id).matches("[a-zA-Z0-9]{9}");
        assertThat(one.get(2).text("tool_call_id")).isEqualTo(id);
        assertThat(two.get(1).objects("tool_calls").get(0).text("id")).isEqualTo(id);
        assertThat(two.get(2).text("tool_call_id")).isEqualTo(id);
    }

    private static String events(String name) {
        return new String(Golden.read("stream/" + name + ".events"), StandardCharsets.UTF_8);
    }

    private static CompletionResponse fold(String name, ServerProfile profile) {
        return Replay.fold(Golden.read("stream/" + name + ".sse"), profile);
    }

    private static Object write(ServerProfile profile, CompletionResponse answer) {
        CompletionRequest next = CompletionRequest.builder()
                .user("?")
                .message(answer.message())
                .user("And?")
                .build();
        return Json.parse(new RequestCases.Case("m", profile, false, next).bytes());
    }

    /** The answer's own message in the next request. */
    private static JsonObject assistant(ServerProfile profile, CompletionResponse answer) {
        JsonObject message =
                JsonObject.of(write(profile, answer)).objects("messages").get(1);
        assertThat(message.text("role")).isEqualTo("assistant");
        return message;
    }

    /** Reads a message that was sent to the server as if the server had answered with it. */
    private static CompletionResponse readAgain(JsonObject message, ServerProfile profile) {
        StringBuilder body =
                new StringBuilder("{\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{");
        for (String field : message.names()) {
            body.append(body.charAt(body.length() - 1) == '{' ? "" : ",")
                    .append(Json.text(field))
                    .append(':')
                    .append(Json.text(message.get(field)));
        }
        return Replay.fold(body.append("}}]}").toString().getBytes(StandardCharsets.UTF_8), profile);
    }
}
