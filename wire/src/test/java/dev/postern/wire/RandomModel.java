package dev.postern.wire;

import dev.postern.CacheMark;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;

/** Random requests, answers and events. The same seed gives the same values. */
public final class RandomModel {
    /** Texts, separated by tabs. */
    private static final List<String> TEXTS =
            List.of("\ta\tHello, world\t \t\n\r\"\\\t18 °C\t\u0085\u2028\u2029\t日本語 \uD83D\uDE00\t[]\t{}\tnull"
                    .split("\t", -1));

    private final Random random;

    public RandomModel(long seed) {
        random = new Random(seed);
    }

    private boolean often() {
        return random.nextInt(3) > 0;
    }

    private boolean seldom() {
        return random.nextInt(4) == 0;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String text() {
        return oneOf(TEXTS);
    }

    /** A text that is not empty. */
    private String some() {
        return "x" + text() + random.nextInt(100);
    }

    private String maybe() {
        return seldom() ? some() : "";
    }

    private <T> List<T> list(int most, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int size = random.nextInt(most + 1); size > 0; size--) {
            list.add(element.get());
        }
        return list;
    }

    private Object json(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 8)) {
            case 0 -> text();
            case 1 -> random.nextInt();
            case 2 -> random.nextLong() | 1L << 40;
            case 3 -> random.nextDouble() * 1e6;
            case 4 -> random.nextBoolean();
            case 5 -> null;
            case 6 -> list(3, () -> json(depth + 1));
            default -> map(depth + 1);
        };
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int size = random.nextInt(4); size > 0; size--) {
            map.put(some(), json(depth));
        }
        return map;
    }

    private ProviderData data() {
        return seldom() ? new ProviderData(maybe(), map(0)) : ProviderData.NONE;
    }

    private Content media() {
        byte[] bytes = some().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(7)) {
            case 0 -> Content.image("image/png", bytes);
            case 4 -> new Content.Image("", "", "https://example.com/c", some());
            case 5 -> new Content.Document(seldom() ? "application/pdf" : "", maybe(), "", some());
            case 6 -> Content.audio("audio/wav", bytes);
            case 1 -> Content.imageUrl("https://example.com/" + random.nextInt(9));
            case 2 -> new Content.Image("image/jpeg", "", "https://example.com/b");
            default -> Content.document("application/pdf", maybe(), bytes);
        };
    }

    private Content.Reasoning reasoning() {
        return new Content.Reasoning(text(), maybe(), maybe(), data());
    }

    public ToolCall call() {
        boolean malformed = seldom();
        return new ToolCall(
                some(), some(), malformed && often() ? Map.of(ToolCall.RAW, text()) : map(0), malformed, data());
    }

    public ToolResult result() {
        return new ToolResult(some(), list(2, () -> often() ? Content.text(text()) : media()), random.nextBoolean());
    }

    private Content part(Role role) {
        if (seldom()) {
            return result();
        }
        if (role == Role.ASSISTANT && often()) {
            return random.nextBoolean() ? reasoning() : call();
        }
        return often() ? Content.text(text()) : media();
    }

    private CacheMark mark() {
        return seldom() ? oneOf(List.of(CacheMark.values())) : CacheMark.NONE;
    }

    public Message message() {
        Role role = oneOf(List.of(Role.values()));
        if (role == Role.TOOL && often()) {
            return Message.toolResults(list(3, this::result));
        }
        return new Message(role, list(3, () -> part(role)), maybe(), mark());
    }

    public List<ToolDefinition> tools() {
        List<ToolDefinition> tools = new ArrayList<>();
        for (int size = random.nextInt(3); size > 0; size--) {
            tools.add(new ToolDefinition(tools.size() + some(), text(), map(0), seldom(), mark()));
        }
        if (seldom()) {
            tools.add(new ToolDefinition("auto", "", Map.of()));
        }
        return tools;
    }

    /** A tool choice; none without tools, because the reader drops it. A vendor's object has a form that the reader does not know. */
    private ToolChoice choice(List<ToolDefinition> tools) {
        if (tools.isEmpty() || seldom()) {
            return null;
        }
        return switch (random.nextInt(5)) {
            case 0 -> ToolChoice.AUTO;
            case 1 -> ToolChoice.NONE;
            case 2 -> ToolChoice.ANY;
            case 3 -> ToolChoice.named(oneOf(tools).name());
            default -> new ToolChoice.Vendor(map(0));
        };
    }

    private ResponseFormat format() {
        return switch (random.nextInt(3)) {
            case 0 -> null;
            case 1 -> ResponseFormat.jsonObject();
            default -> new ResponseFormat.JsonSchema("s", Map.of("type", "object"), random.nextBoolean());
        };
    }

    private Double number() {
        return random.nextBoolean() ? random.nextDouble() : null;
    }

    public CompletionRequest request() {
        List<ToolDefinition> tools = tools();
        List<Message> messages = new ArrayList<>(list(4, this::message));
        messages.add(message());
        return CompletionRequest.builder()
                .backend(maybe())
                .model(maybe())
                .system(text())
                .messages(messages)
                .tools(tools)
                .toolChoice(choice(tools))
                .temperature(number())
                .maxTokens(random.nextBoolean() ? 1 + random.nextInt(Integer.MAX_VALUE) : null)
                .topP(number())
                .seed(random.nextBoolean() ? random.nextLong() : null)
                .presencePenalty(number())
                .frequencyPenalty(number())
                .stop(list(2, this::some).toArray(String[]::new))
                .reasoningEffort(maybe())
                .parallelToolCalls(random.nextBoolean() ? random.nextBoolean() : null)
                .responseFormat(format())
                .requestMetadata(random.nextBoolean() ? Map.of(some(), some()) : Map.of())
                .notes(map(0))
                .extra(map(0))
                .build();
    }

    private OptionalLong count() {
        return random.nextBoolean() ? OptionalLong.of(random.nextInt(1000)) : OptionalLong.empty();
    }

    public Usage usage() {
        return new Usage(random.nextInt(1000), random.nextInt(1000), count(), count(), count());
    }

    public CompletionResponse response() {
        return CompletionResponse.builder()
                .model(text())
                .content(list(4, () -> part(Role.ASSISTANT)))
                .stopReason(oneOf(List.of(StopReason.values())))
                .usage(random.nextBoolean() ? usage() : null)
                .serverInfo(map(0))
                .build();
    }

    /** An answer that events can express: text, reasoning and calls, no text empty or next to another. */
    public CompletionResponse streamable() {
        List<Content> parts = new ArrayList<>();
        boolean text = false;
        for (int size = random.nextInt(6); size > 0; size--) {
            boolean next = !text && random.nextBoolean();
            if (next) {
                parts.add(Content.text(some()));
            } else {
                parts.add(
                        random.nextBoolean()
                                ? new Content.Reasoning(some(), "sig" + size, maybe(), data())
                                : call().with(data()));
            }
            text = next;
        }
        return CompletionResponse.builder()
                .model(some())
                .content(parts)
                .stopReason(
                        parts.stream().anyMatch(ToolCall.class::isInstance) ? StopReason.TOOL_USE : StopReason.END_TURN)
                .usage(random.nextBoolean() ? usage() : null)
                .serverInfo(map(0))
                .build();
    }

    /** An event that is not empty, because readers ignore empty ones. */
    public StreamEvent event() {
        return switch (random.nextInt(7)) {
            case 0 -> new StreamEvent.ContentDelta(some());
            case 1 -> new StreamEvent.ReasoningDelta(some(), maybe(), maybe(), data());
            case 2 -> new StreamEvent.ToolCallStart(some(), some());
            case 3 -> new StreamEvent.ToolCallDelta(some(), some());
            case 4 -> new StreamEvent.ToolCallComplete(call());
            case 5 -> new StreamEvent.MessageStop(oneOf(List.of(StopReason.values())), text(), map(0));
            default -> new StreamEvent.UsageReported(usage());
        };
    }
}
