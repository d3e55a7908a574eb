package dev.postern.agent;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random conversations with all kinds of content in all allowed orders. */
final class RandomTurns {
    private static final List<String> TEXTS = List.of(
            "",
            "Hello",
            "Grüße, 世界 🌍",
            "line\nline\r\ttab",
            "nul \0 and \u2028",
            "{\"a\": [1}",
            "' OR 1=1 --",
            "%_!\\");

    private final Random random;
    private int calls;

    RandomTurns(long seed) {
        random = new Random(seed);
    }

    Turn next() {
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(Role.USER, parts(1 + random.nextInt(3), false)));
        while (random.nextInt(3) > 0) {
            switch (random.nextInt(4)) {
                case 0 -> messages.add(Message.system(text()));
                case 1 -> messages.add(Message.user(text()));
                default -> addCalls(messages);
            }
        }
        messages.add(new Message(Role.ASSISTANT, parts(random.nextInt(3), true)));
        return new Turn(messages);
    }

    private void addCalls(List<Message> messages) {
        List<Content> parts = new ArrayList<>(parts(random.nextInt(2), true));
        List<Content> results = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String id = random.nextInt(4) == 0 ? "again" : "call-" + calls++;
            parts.add(call(id));
            results.add(new ToolResult(id, parts(random.nextInt(3), false), random.nextBoolean()));
        }
        messages.add(new Message(Role.ASSISTANT, parts));
        if (random.nextBoolean()) {
            results.addAll(parts(random.nextInt(2), false));
            messages.add(new Message(random.nextBoolean() ? Role.TOOL : Role.USER, results));
        } else {
            results.forEach(result -> messages.add(new Message(Role.TOOL, List.of(result))));
        }
    }

    private ToolCall call(String id) {
        if (random.nextInt(4) == 0) {
            return ToolCall.malformed(id, "tool", text());
        }
        Map<String, @Nullable Object> input = new LinkedHashMap<>();
        input.put("text", text());
        input.put("number", random.nextInt());
        input.put("nothing", null);
        input.put("list", Arrays.asList(1.5, true, null, List.of(text()), Map.of("deep", text())));
        ToolCall call = ToolCall.of(id, "tool", input);
        return random.nextBoolean() ? call : call.with(data());
    }

    private ProviderData data() {
        return new ProviderData("gemini", Map.of("thought_signature", text(), "n", random.nextInt()));
    }

    private List<Content> parts(int count, boolean ofTheModel) {
        List<Content> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(part(random.nextInt(ofTheModel ? 6 : 4)));
        }
        return parts;
    }

    private Content part(int kind) {
        return switch (kind) {
            case 1 -> Content.image("image/png", new byte[] {1, 2, (byte) random.nextInt()});
            case 2 -> Content.imageUrl("https://example.org/a.png?n=" + random.nextInt());
            case 3 -> Content.document("application/pdf", text(), new byte[] {4, (byte) random.nextInt()});
            case 4 ->
                random.nextBoolean()
                        ? Content.Reasoning.of("hm " + random.nextInt())
                        : new Content.Reasoning("", "", "AAEC", ProviderData.NONE);
            case 5 -> new Content.Reasoning(text(), "sig" + random.nextInt(), "", data());
            default -> Content.text(text() + random.nextInt());
        };
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }
}
