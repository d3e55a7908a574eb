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
 * Collects the fields of an answer that this library has no type for: log probabilities, annotations, citations,
 * images, audio and others, under the server's own names. It does so only for requests with {@code serverFields(true)},
 * because it parses each chunk a second time.
 *
 * <p>For a field of the whole answer, the last value counts: some servers repeat their citations in each chunk. A field
 * of a choice or a delta comes in pieces: arrays are joined, objects are merged, and the last one of other values
 * counts.
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
            Set.of("index", "delta", "message", "finish_reason", "text"); // "text" repeats the delta's content
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

    /** For requests that do not ask for them. It collects nothing. */
    static final ServerFields UNWANTED = new ServerFields(false, 0);

    private final boolean wanted;
    private final SizeLimit limit;
    private final Map<String, @Nullable Object> ofAnswer = new LinkedHashMap<>();
    private final FieldMerger ofChoice;
    private final FieldMerger ofMessage;

    /**
     * Creates the fields of one answer.
     *
     * @param wanted whether the request asks for them
     * @param maxBytes the maximum size of all fields together
     */
    ServerFields(boolean wanted, int maxBytes) {
        this.wanted = wanted;
        this.limit = new SizeLimit("bytes of server fields", maxBytes, "max_response_bytes");
        this.ofChoice = new FieldMerger(limit);
        this.ofMessage = new FieldMerger(limit);
    }

    boolean areWanted() {
        return wanted;
    }

    /**
     * Reads the fields of a chunk. It stores the fields of each choice in the choice until it is known which choices
     * count.
     *
     * @throws JsonException if the chunk is not JSON
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
                limit.add(name.length() + FieldMerger.size(value) - known); // only the last value is kept
            }
        }
        List<JsonObject> choices = fields.objects("choices");
        for (int i = 0; i < Math.min(choices.size(), chunk.choiceCount()); i++) {
            chunk.choice(i).fields = choices.get(i);
        }
    }

    /** Adds the fields of a choice that counts, and of its delta or message. */
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
        JsonObject content = fields.object(message ? "message" : "delta");
        for (String name : content.names()) {
            if (name.equals("content")) {
                ofMessage.add(name, unknownParts(content.get(name)));
            } else if (!KNOWN_OF_MESSAGE.contains(name)) {
                ofMessage.add(name, content.get(name));
            }
        }
    }

    /** Returns the parts of a content that the readers do not know, such as images. */
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

    /**
     * Adds all fields to the server info, except those that it already has. Of several fields with one name, a field
     * of the message wins over one of the choice, and that over one of the answer.
     */
    void addTo(Map<String, @Nullable Object> serverInfo) {
        if (!wanted) {
            return;
        }
        ofMessage.all().forEach(serverInfo::putIfAbsent);
        ofChoice.all().forEach(serverInfo::putIfAbsent);
        ofAnswer.forEach(serverInfo::putIfAbsent);
    }
}
