package dev.postern.server.door.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.door.DoorTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random answers go to a client that keeps all fields, whole and as a stream, and come back with its next request. */
class ChatRoundTripTest {
    private static final int ANSWERS = 3_000;
    private static final ChatHead HEAD = new ChatHead("chatcmpl-1", 1, "m");
    private final Random random = new Random(20_261_127);

    @Test
    void nothingIsLostOnTheWay() {
        for (int i = 0; i < ANSWERS; i++) {
            CompletionResponse answer = answer();
            JsonObject whole = Json.object(new ChatAnswerWriter(HEAD, "main", false).write(answer));
            ReceivedCompletion streamed = streamed(answer.events());
            JsonObject choice = whole.objects("choices").get(0);

            assertThat(streamed.finishReason()).isEqualTo(choice.text("finish_reason"));
            assertThat(Json.text(streamed.usage())).isEqualTo(Json.text(whole.get("usage")));
            List<ToolResult> results = new ArrayList<>();
            answer.message().toolCalls().forEach(call -> results.add(ToolResult.of(call.id(), text())));

            for (Object message : List.of(map(choice.get("message")), streamed.message())) {
                List<Message> back = sentBack("main", message, results);
                assertThat(back.get(0)).isEqualTo(answer.message());
                if (!results.isEmpty()) {
                    assertThat(back.get(1)).isEqualTo(Message.toolResults(results));
                }
                assertThat(sentBack("other", message, results).get(0)).isEqualTo(withoutBoundParts(answer.message()));
            }
        }
    }

    @SuppressWarnings("unchecked") // the names of JSON objects are strings
    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private static ReceivedCompletion streamed(List<StreamEvent> events) {
        ReceivedCompletion received = new ReceivedCompletion();
        ChatEventWriter writer = new ChatEventWriter(HEAD, true, false, () -> "main");
        events.forEach(event -> writer.event(event, received::accept));
        writer.end(received::accept);
        assertThat(received.isDone()).isTrue();
        return received;
    }

    private static List<Message> sentBack(String backend, Object message, List<ToolResult> results) {
        List<Object> messages = new ArrayList<>();
        messages.add(message);
        for (ToolResult result : results) {
            messages.add(Map.of("role", "tool", "tool_call_id", result.callId(), "content", result.text()));
        }
        String json = Json.text(Map.of("model", "m", "messages", messages));
        return ChatRequestReader.read(
                        json.getBytes(StandardCharsets.UTF_8),
                        model -> new DoorTarget(backend, model, model, List.of(backend)))
                .request()
                .messages();
    }

    /** What a gateway's fallback gets. */
    private static Message withoutBoundParts(Message message) {
        List<Content> kept = new ArrayList<>();
        if (!message.reasoning().isEmpty()) {
            kept.add(Content.Reasoning.of(message.reasoning()));
        }
        for (Content part : message.parts()) {
            if (part instanceof ToolCall call) {
                kept.add(call.with(ProviderData.NONE));
            } else if (!(part instanceof Content.Reasoning)) {
                kept.add(part);
            }
        }
        return new Message(Role.ASSISTANT, kept);
    }

    /** In the order of this API: reasoning, text, calls. */
    private CompletionResponse answer() {
        List<Content> parts = new ArrayList<>();
        switch (random.nextInt(4)) {
            case 0 -> parts.add(Content.Reasoning.of(text()));
            case 1 -> parts.add(new Content.Reasoning(text(), text(), "", data()));
            case 2 -> parts.add(new Content.Reasoning("", "", "cmVk", data()));
            default -> {}
        }
        if (random.nextBoolean()) {
            parts.add(Content.text(text()));
        }
        int calls = random.nextInt(4);
        for (int i = 0; i < calls; i++) {
            ToolCall call = ToolCall.of("call-" + i, "tool_" + random.nextInt(3), input());
            boolean isCutOff = i == calls - 1 && random.nextInt(5) == 0;
            parts.add(isCutOff ? ToolCall.malformed(call.id(), call.name(), "{\"" + text()) : call.with(data()));
        }
        return CompletionResponse.builder()
                .model("m")
                .content(parts)
                .stopReason(calls > 0 ? StopReason.TOOL_USE : StopReason.END_TURN)
                .usage(random.nextBoolean() ? Usage.of(random.nextInt(99), random.nextInt(99)) : null)
                .build();
    }

    private ProviderData data() {
        return random.nextInt(3) > 0
                ? ProviderData.NONE
                : new ProviderData("openai/gemini", Map.of("a", text(), "b", 1));
    }

    private Map<String, Object> input() {
        Map<String, Object> input = new LinkedHashMap<>();
        for (int size = random.nextInt(3); size > 0; size--) {
            input.put("k" + size, random.nextBoolean() ? text() : Map.of("n", 7));
        }
        return input;
    }

    /** Never empty; with what must be escaped. */
    private String text() {
        String alphabet = "aZ \"\\{}[]\n\t\u0085\u2028é😀";
        StringBuilder text = new StringBuilder("x");
        for (int length = random.nextInt(12); length > 0; length--) {
            int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())));
            text.appendCodePoint(alphabet.codePointAt(at));
        }
        return text.toString();
    }
}
