package dev.postern.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.postern.Content;
import dev.postern.ProviderData;
import dev.postern.ToolCall;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an answer as an {@link AiMessage}, and back.
 *
 * <p>An {@code AiMessage} has one text and one thinking, and no place for signatures. So if a server expects data back, the
 * attribute {@value #ATTRIBUTE} keeps them with the order of the parts: JSON values, which survive a chat memory that stores
 * JSON. Texts are not repeated there, only their lengths. If the application has changed a text since, the parts come in
 * LangChain4j's order, and the signatures of changed thinking are left out.
 */
final class AnswerParts {
    /** The attribute of an {@code AiMessage}. */
    static final String ATTRIBUTE = "postern_parts";

    /** The field of an entry with the hash of its text, or of its call. */
    static final String HASH = "hash";

    private AnswerParts() {}

    // ---- to LangChain4j
    // -----------------------------------------------------------------------------------------------

    /** The message of an answer; the function gives the text of a call's arguments. */
    static AiMessage message(List<Content> parts, Function<ToolCall, String> arguments) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        List<ToolExecutionRequest> calls = new ArrayList<>();
        List<Image> images = new ArrayList<>();
        for (Content part : parts) {
            if (part instanceof Content.Text piece) {
                text.append(piece.text());
            } else if (part instanceof Content.Reasoning thought) {
                thinking.append(thought.text());
            } else if (part instanceof ToolCall call) {
                calls.add(request(call, arguments.apply(call)));
            } else if (part instanceof Content.Image image) {
                images.add(image(image));
            }
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (parts.stream().anyMatch(AnswerParts::isExpectedBack)) {
            attributes.put(ATTRIBUTE, parts.stream().map(AnswerParts::entry).toList());
        }
        if (!images.isEmpty()) {
            attributes.put(AiMessage.GENERATED_IMAGES_KEY, images);
        }
        return AiMessage.builder()
                .text(text.isEmpty() ? null : text.toString())
                .thinking(thinking.isEmpty() ? null : thinking.toString())
                .toolExecutionRequests(calls)
                .attributes(attributes)
                .build();
    }

    static ToolExecutionRequest request(ToolCall call, String arguments) {
        return ToolExecutionRequest.builder()
                .id(call.id())
                .name(call.name())
                .arguments(arguments)
                .build();
    }

    /** The arguments as text: the model's own if it is not a JSON object. */
    static String arguments(ToolCall call) {
        return call.malformedInput() ? String.valueOf(call.input().get(ToolCall.RAW)) : Json.text(call.input());
    }

    private static Image image(Content.Image image) {
        Image.Builder builder = Image.builder();
        return (image.url().isEmpty()
                        ? builder.base64Data(image.data()).mimeType(image.mediaType())
                        : builder.url(image.url()))
                .build();
    }

    private static boolean isExpectedBack(Content part) {
        if (part instanceof Content.Reasoning thought) {
            return !thought.signature().isEmpty()
                    || !thought.redacted().isEmpty()
                    || !thought.providerData().isEmpty();
        }
        return part instanceof ToolCall call && !call.providerData().isEmpty();
    }

    private static Map<String, Object> entry(Content part) {
        Map<String, Object> entry = new LinkedHashMap<>();
        if (part instanceof Content.Text text) {
            entry.put("text", text.text().length());
            entry.put(HASH, text.text().hashCode());
        } else if (part instanceof Content.Reasoning thought) {
            entry.put("thinking", thought.text().length());
            entry.put(HASH, thought.text().hashCode());
            putIfAny(entry, "signature", thought.signature());
            putIfAny(entry, "redacted", thought.redacted());
            put(entry, thought.providerData());
        } else if (part instanceof ToolCall call) {
            entry.put("call", call.id());
            entry.put(HASH, hash(call));
            put(entry, call.providerData());
        }
        return entry;
    }

    /** Of what the backend's data belongs to. Hash codes of strings are the same everywhere. */
    static int hash(ToolCall call) {
        return (call.name() + Json.text(new TreeMap<>(call.input()))).hashCode();
    }

    private static void putIfAny(Map<String, Object> entry, String name, String value) {
        if (!value.isEmpty()) {
            entry.put(name, value);
        }
    }

    private static void put(Map<String, Object> entry, ProviderData data) {
        if (!data.isEmpty()) {
            entry.put("origin", data.origin());
            entry.put("data", data.values());
        }
    }

    // ---- from LangChain4j
    // ---------------------------------------------------------------------------------------------

    /** The parts of a message; the calls are those of the message, each with an id. */
    static List<Content> parts(AiMessage message, List<ToolExecutionRequest> calls) {
        List<Content> parts = KeptParts.of(message.attributes().get(ATTRIBUTE)).parts(message, calls);
        for (Image image : message.images()) {
            parts.add(Contents.image(image));
        }
        return parts;
    }

    /** A call of a tool; what is not a JSON object stays the text that the model wrote. */
    static ToolCall call(ToolExecutionRequest request, ProviderData data) {
        String text = Objects.requireNonNullElse(request.arguments(), "");
        @Nullable Map<String, @Nullable Object> input = text.isBlank() ? Map.of() : object(text);
        return (input == null
                        ? ToolCall.malformed(request.id(), request.name(), text)
                        : ToolCall.of(request.id(), request.name(), input))
                .with(data);
    }

    /** The text as a JSON object; null if it is none. */
    @SuppressWarnings("unchecked") // the names of a JSON object are strings
    static @Nullable Map<String, @Nullable Object> object(String text) {
        try {
            return Json.parse(text) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : null;
        } catch (JsonException e) {
            return null;
        }
    }
}
