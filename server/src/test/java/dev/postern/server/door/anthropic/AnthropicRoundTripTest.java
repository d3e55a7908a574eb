package dev.postern.server.door.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
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

/** Random answers go to a client, whole and as a stream, and come back with its next request. */
class AnthropicRoundTripTest {
    private static final int ANSWERS = 3_000;
    private static final CompletionRequest ASKED =
            CompletionRequest.builder().model("m").user("Hello").build();
    private final Random random = new Random(20_261_127);

    @Test
    void nothingIsLostOnTheWay() {
        for (int i = 0; i < ANSWERS; i++) {
            CompletionResponse answer = answer();
            JsonObject whole = Json.object(new AnthropicAnswerWriter(ASKED, true, "msg_1", "main").write(answer));
            ReceivedMessage streamed = streamed(answer.events());

            assertThat(Json.text(streamed.content())).isEqualTo(Json.text(whole.get("content")));
            assertThat(streamed.end().object("delta").text("stop_reason")).isEqualTo(whole.text("stop_reason"));
            assertThat(Json.text(streamed.end().get("usage"))).isEqualTo(Json.text(whole.get("usage")));

            List<ToolResult> results = new ArrayList<>();
            answer.message().toolCalls().forEach(call -> results.add(result(call.id())));
            List<Message> back = sentBack("main", whole.get("content"), results);
            assertThat(back.get(0)).isEqualTo(answer.message());
            if (!results.isEmpty()) {
                assertThat(back.get(1)).isEqualTo(Message.toolResults(results));
            }

            List<Message> elsewhere = sentBack("other", whole.get("content"), results);
            assertThat(elsewhere.get(0)).isEqualTo(withoutBoundParts(answer.message()));
        }
    }

    /** Events of calls may be mixed; what the client gets does not change. */
    @Test
    void callsMayBeMixed() {
        for (int i = 0; i < ANSWERS / 10; i++) {
            CompletionResponse answer = answer();
            List<StreamEvent> mixed = new ArrayList<>();
            List<List<StreamEvent>> calls = new ArrayList<>();
            List<StreamEvent> rest = new ArrayList<>();
            for (StreamEvent event : answer.events()) {
                if (event instanceof StreamEvent.ToolCallStart) {
                    calls.add(new ArrayList<>(List.of(event)));
                } else if (event instanceof StreamEvent.ToolCallDelta
                        || event instanceof StreamEvent.ToolCallComplete) {
                    calls.get(calls.size() - 1).add(event);
                } else if (event instanceof StreamEvent.MessageStop || event instanceof StreamEvent.UsageReported) {
                    rest.add(event);
                }
            }
            calls.forEach(call -> mixed.add(call.remove(0)));
            while (!calls.isEmpty()) {
                List<StreamEvent> one = calls.get(random.nextInt(calls.size()));
                mixed.add(one.remove(0));
                calls.removeIf(List::isEmpty);
            }
            mixed.addAll(rest);

            Map<Object, @Nullable Object> inputs = new LinkedHashMap<>();
            streamed(mixed).content().forEach(block -> {
                if ("tool_use".equals(block.get("type"))) {
                    inputs.put(String.valueOf(block.get("id")), block.get("input"));
                }
            });
            Map<Object, @Nullable Object> expected = new LinkedHashMap<>();
            answer.message().toolCalls().forEach(call -> expected.put(call.id(), call.input()));
            assertThat(inputs).isEqualTo(expected);
        }
    }

    private static ReceivedMessage streamed(List<StreamEvent> events) {
        ReceivedMessage received = new ReceivedMessage();
        AnthropicEventWriter writer = new AnthropicEventWriter(ASKED, true, "msg_1", "m", () -> "main");
        events.forEach(event -> writer.event(event, received::accept));
        writer.end(received::accept);
        assertThat(received.types()).endsWith("message_delta", "message_stop");
        return received;
    }

    private static List<Message> sentBack(String backend, @Nullable Object content, List<ToolResult> results) {
        List<Object> messages = new ArrayList<>();
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("role", "assistant");
        said.put("content", content == null ? List.of() : content);
        messages.add(said);
        List<Object> blocks = new ArrayList<>();
        for (ToolResult result : results) {
            blocks.add(Map.of(
                    "type", "tool_result",
                    "tool_use_id", result.callId(),
                    "is_error", result.isError(),
                    "content", List.of(Map.of("type", "text", "text", result.text()))));
        }
        messages.add(Map.of("role", "user", "content", blocks));
        String json = Json.text(Map.of("model", "m", "messages", messages));
        return AnthropicRequestReader.read(
                        json.getBytes(StandardCharsets.UTF_8),
                        model -> new DoorTarget(backend, model, model, List.of(backend)))
                .request()
                .messages();
    }

    /** What a gateway's fallback gets. */
    private static Message withoutBoundParts(Message message) {
        List<Content> kept = new ArrayList<>();
        for (Content part : message.parts()) {
            if (part instanceof ToolCall call) {
                kept.add(call.with(ProviderData.NONE));
            } else if (!(part instanceof Content.Reasoning thought)) {
                kept.add(part);
            } else if (!thought.text().isEmpty()) {
                kept.add(Content.Reasoning.of(thought.text()));
            }
        }
        return new Message(message.role(), kept);
    }

    private CompletionResponse answer() {
        List<Content> parts = new ArrayList<>();
        for (int size = random.nextInt(6); size > 0; size--) {
            Content part = part(parts.size());
            Content last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
            boolean joins = last != null
                    && last.getClass() == part.getClass()
                    && (part instanceof Content.Text || (last instanceof Content.Reasoning before && isOpen(before)));
            if (!joins) {
                parts.add(part);
            }
        }
        boolean calls = parts.stream().anyMatch(ToolCall.class::isInstance);
        return CompletionResponse.builder()
                .model("m")
                .content(parts)
                .stopReason(calls ? StopReason.TOOL_USE : StopReason.END_TURN)
                .usage(random.nextBoolean() ? Usage.of(random.nextInt(99), random.nextInt(99)) : null)
                .build();
    }

    private static boolean isOpen(Content.Reasoning thought) {
        return thought.signature().isEmpty()
                && thought.redacted().isEmpty()
                && thought.providerData().isEmpty();
    }

    private Content part(int number) {
        return switch (random.nextInt(5)) {
            case 0 -> Content.text(text());
            case 1 -> Content.Reasoning.of(text());
            case 2 -> new Content.Reasoning(random.nextBoolean() ? text() : "", text(), "", data());
            case 3 -> new Content.Reasoning("", "", "cmVk", data());
            default ->
                ToolCall.of("call-" + number, "tool_" + random.nextInt(3), input(2))
                        .with(data());
        };
    }

    private ProviderData data() {
        return random.nextInt(3) > 0
                ? ProviderData.NONE
                : new ProviderData("openai/gemini", Map.of("a", text(), "b", 1));
    }

    private Map<String, Object> input(int depth) {
        Map<String, Object> input = new LinkedHashMap<>();
        for (int size = random.nextInt(3); size > 0; size--) {
            Object value = depth > 0 && random.nextBoolean() ? input(depth - 1) : random.nextBoolean() ? text() : 7;
            input.put("k" + size, value);
        }
        return input;
    }

    private ToolResult result(String id) {
        return new ToolResult(id, List.of(Content.text(text())), random.nextBoolean());
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
