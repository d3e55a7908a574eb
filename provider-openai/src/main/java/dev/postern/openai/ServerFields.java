package dev.postern.openai;

import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import dev.postern.json.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server says beyond the model of this library: log probabilities, annotations, citations, images, audio and all
 * else, under the server's own names. Kept only for requests that ask for it, since it is read as a tree, beside the fields
 * that the readers know.
 *
 * <p>Of a field of the answer as a whole, the last value counts: some servers repeat their citations with each chunk. A
 * field of a choice or a delta comes in pieces: arrays are joined, objects merged; of other values the last one counts.
 */
final class ServerFields {
    private static final Set<String> KNOWN_OF_ANSWER = Set.of(
            "id",
            "object",
            "choices",
            "model",
            "system_fingerprint",
            "service_tier",
            "provider",
            "error",
            "obfuscation"); // OpenAI's padding
    private static final Set<String> KNOWN_OF_CHOICE =
            Set.of("index", "delta", "message", "finish_reason", "text"); // the last repeats the delta's content
    private static final Set<String> KNOWN_OF_MESSAGE = Set.of(
            "role",
            "reasoning",
            "reasoning_content",
            "reasoning_text",
            MessageExtras.REASONING_OPAQUE,
            MessageExtras.THINKING_BLOCKS,
            MessageExtras.EXTRA_CONTENT,
            "refusal",
            "tool_calls",
            "function_call");
    private static final Set<String> KNOWN_PARTS = Set.of("text", "output_text", "thinking", "reasoning", "refusal");

    private final boolean wanted;
    private final SizeLimit budget;
    private final Map<String, @Nullable Object> ofAnswer = new LinkedHashMap<>();
    private final FieldMerger ofChoice;
    private final FieldMerger ofMessage;

    /**
     * The fields of one answer.
     *
     * @param wanted whether the request asks for them
     * @param maxBytes how much they may measure together
     */
    ServerFields(boolean wanted, int maxBytes) {
        this.wanted = wanted;
        this.budget = new SizeLimit("bytes of server fields", maxBytes);
        this.ofChoice = new FieldMerger(budget);
        this.ofMessage = new FieldMerger(budget);
    }

    boolean areWanted() {
        return wanted;
    }

    /**
     * Reads the fields of a chunk, and gives those of its choices to them, until it is known which of them count.
     *
     * @throws JsonException if it is no JSON
     */
    void read(byte[] buffer, int offset, int length, ChunkReader chunk) {
        JsonReader json = JsonReader.lenient();
        json.begin(buffer, offset, length);
        JsonObject fields = JsonObject.of(json.value());
        json.end();
        for (String name : fields.names()) {
            Object value = fields.get(name);
            if (!KNOWN_OF_ANSWER.contains(name) && !FieldMerger.isEmpty(value)) {
                Object before = ofAnswer.put(name, value);
                long known = before == null ? 0 : name.length() + FieldMerger.size(before);
                budget.take(name.length() + FieldMerger.size(value) - known); // the last value counts, so no sum grows
            }
        }
        List<JsonObject> choices = fields.objects("choices");
        for (int i = 0; i < Math.min(choices.size(), chunk.choiceCount()); i++) {
            chunk.choice(i).fields = choices.get(i);
        }
    }

    /** The fields of a choice that counts, and of its delta or message. */
    void accept(Choice choice, boolean message) {
        if (!wanted) {
            return;
        }
        JsonObject fields = choice.fields;
        for (String name : fields.names()) {
            if (!KNOWN_OF_CHOICE.contains(name)) {
                ofChoice.add(name, fields.get(name));
            }
        }
        JsonObject said = fields.object(message ? "message" : "delta");
        for (String name : said.names()) {
            if (name.equals("content")) {
                ofMessage.add(name, unknownParts(said.get(name)));
            } else if (!KNOWN_OF_MESSAGE.contains(name)) {
                ofMessage.add(name, said.get(name));
            }
        }
    }

    /** Images and whatever else may stand between texts. */
    private static List<@Nullable Object> unknownParts(@Nullable Object content) {
        List<@Nullable Object> unknown = new ArrayList<>();
        if (content instanceof List<?> parts) {
            for (Object part : parts) {
                if (part instanceof Map<?, ?>
                        && !KNOWN_PARTS.contains(JsonObject.of(part).text("type"))) {
                    unknown.add(part);
                }
            }
        }
        return unknown;
    }

    /** Adds all that was kept to the metadata; what the metadata has already stays, and what is closer to the text wins. */
    void addTo(Map<String, @Nullable Object> metadata) {
        if (!wanted) {
            return;
        }
        ofMessage.all().forEach(metadata::putIfAbsent);
        ofChoice.all().forEach(metadata::putIfAbsent);
        ofAnswer.forEach(metadata::putIfAbsent);
    }
}
