package dev.postern.springai;

import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import dev.postern.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Spring AI's assistant message has no field for: the order of the parts, signatures of reasoning, and data of tool calls. It is one
 * JSON text in the message's metadata, so it survives the tool loop and a memory that stores metadata. Texts, reasoning and calls are not
 * repeated in it; it has their lengths, ids and hashes, by which a change is seen.
 */
final class AssistantParts {
    private static final String TEXT = "text";
    private static final String REASONING = "reasoning";
    private static final String CALL = "call";
    private static final String HASH = "hash";

    private AssistantParts() {}

    /** The parts in the order in which they stand if the metadata has no more: reasoning, text, calls. */
    static List<Content> plain(String reasoning, String text, List<ToolCall> calls) {
        List<Content> parts = new ArrayList<>();
        if (!reasoning.isEmpty()) {
            parts.add(Content.Reasoning.of(reasoning));
        }
        if (!text.isEmpty()) {
            parts.add(Content.text(text));
        }
        parts.addAll(calls);
        return parts;
    }

    /** The JSON for a message; empty if the visible fields say all. */
    static String of(Message message) {
        List<Content> kept = message.parts().stream()
                .filter(part ->
                        !(part instanceof Content.Text text && text.text().isEmpty()))
                .toList();
        List<ToolCall> calls = message.toolCalls().stream()
                .map(call -> call.with(ProviderData.NONE))
                .toList();
        if (kept.equals(plain(message.reasoning(), message.text(), calls))) {
            return "";
        }
        byte[] json = Json.bytes(writer -> writer.array(list -> kept.forEach(part -> write(list, part))));
        return new String(json, StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter list, Content part) {
        if (part instanceof Content.Text text) {
            list.object(it ->
                    it.field(TEXT, text.text().length()).field(HASH, text.text().hashCode()));
        } else if (part instanceof Content.Reasoning thought) {
            list.object(it -> {
                it.field(REASONING, thought.text().length())
                        .field(HASH, thought.text().hashCode())
                        .fieldIfAny("signature", thought.signature())
                        .fieldIfAny("redacted", thought.redacted());
                write(it, thought.providerData());
            });
        } else if (part instanceof ToolCall call) {
            list.object(it -> {
                it.field(CALL, call.id()).field(HASH, hash(call));
                write(it, call.providerData());
            });
        }
    }

    /** Of what the backend's data belongs to. Hash codes of strings are the same everywhere. */
    private static int hash(ToolCall call) {
        return (call.name() + Json.text(new TreeMap<>(call.input()))).hashCode();
    }

    private static boolean hasHash(JsonObject part, int hash) {
        return part.get(HASH) instanceof Number kept && kept.longValue() == hash;
    }

    private static boolean hasHash(JsonObject part, String text, int begin, int end) {
        return end <= text.length() && hasHash(part, text.substring(begin, end).hashCode());
    }

    private static void write(JsonWriter it, ProviderData data) {
        if (!data.isEmpty()) {
            it.field("origin", data.origin()).fieldOf("data", data.values());
        }
    }

    /**
     * The parts of a message; null if the JSON does not belong to these texts and calls, because the application has changed the message.
     * A message without text is accepted: the last response of a stream does not repeat the text.
     */
    static @Nullable List<Content> read(String json, String reasoning, String text, List<ToolCall> calls) {
        List<Content> parts = new ArrayList<>();
        int textEnd = 0;
        int reasoningEnd = 0;
        int call = 0;
        for (JsonObject part : entries(json)) {
            if (part.has(TEXT)) {
                int begin = textEnd;
                textEnd += length(part, TEXT);
                if (!text.isEmpty()) {
                    if (!hasHash(part, text, begin, textEnd)) {
                        return null;
                    }
                    parts.add(Content.text(text.substring(begin, textEnd)));
                }
            } else if (part.has(REASONING)) {
                int begin = reasoningEnd;
                reasoningEnd += length(part, REASONING);
                if (!hasHash(part, reasoning, begin, reasoningEnd)) {
                    return null;
                }
                parts.add(new Content.Reasoning(
                        reasoning.substring(begin, reasoningEnd),
                        part.text("signature"),
                        part.text("redacted"),
                        data(part)));
            } else if (call < calls.size()
                    && calls.get(call).id().equals(part.text(CALL))
                    && hasHash(part, hash(calls.get(call)))) {
                parts.add(calls.get(call++).with(data(part)));
            } else {
                return null;
            }
        }
        boolean fits = reasoningEnd == reasoning.length()
                && call == calls.size()
                && (textEnd == text.length() || text.isEmpty());
        return fits && !parts.isEmpty() ? parts : null;
    }

    private static List<JsonObject> entries(String json) {
        try {
            return Json.parse(json) instanceof List<?> list
                    ? JsonObject.of(Map.of("parts", list)).objects("parts")
                    : List.of();
        } catch (JsonException e) {
            return List.of();
        }
    }

    /** Not more than the longest text, so that sums do not overflow. */
    private static int length(JsonObject part, String name) {
        return (int) Math.max(0, Math.min(part.integer(name, 0), 1 << 29));
    }

    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    private static ProviderData data(JsonObject part) {
        return part.get("data") instanceof Map<?, ?> values
                ? new ProviderData(part.text("origin"), (Map<String, @Nullable Object>) values)
                : ProviderData.NONE;
    }
}
