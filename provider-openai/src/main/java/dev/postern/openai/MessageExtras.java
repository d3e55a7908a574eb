package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.json.JsonObject;
import dev.postern.openai.ServerProfile.Reasoning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server attaches to its message as a whole and wants back with it: Gemini's {@code extra_content} and, of servers
 * whose profile asks for it, OpenRouter's {@code reasoning_details}. At the end it is handed on as reasoning without text,
 * so that it comes back in the message.
 */
final class MessageExtras {
    /** Gemini's thought signature is in here, on messages and on tool calls. */
    static final String EXTRA_CONTENT = "extra_content";

    static final String REASONING_DETAILS = "reasoning_details";

    /** These come in pieces, one a chunk; of all other fields the last one counts. */
    private static final List<String> IN_PIECES = List.of("text", "summary", "data");

    private final String origin;
    private final List<Map<String, @Nullable Object>> details = new ArrayList<>();
    private @Nullable Object extraContent;

    MessageExtras(ServerProfile profile) {
        this.origin = MessageWriter.origin(profile);
    }

    /** Whether the server wants {@code reasoning_details} back; of others the text is enough. */
    static boolean keepsDetails(ServerProfile profile) {
        return profile.reasoning() == Reasoning.REASONING_DETAILS;
    }

    /** Keeps what a piece of the answer has of it. */
    void add(Delta delta) {
        if (delta.extraContent != null) {
            extraContent = delta.extraContent;
        }
        delta.details.forEach(entry -> keep(JsonObject.of(entry)));
    }

    /** A piece of the latest entry, or a new one. */
    private void keep(JsonObject entry) {
        Map<String, @Nullable Object> latest = details.isEmpty() ? null : details.get(details.size() - 1);
        if (latest == null
                || !Objects.equals(latest.get("type"), entry.get("type"))
                || !Objects.equals(latest.get("index"), entry.get("index"))) {
            latest = new LinkedHashMap<>();
            details.add(latest);
        }
        for (String field : entry.names()) {
            Object had = latest.get(field);
            Object value = entry.get(field);
            if (IN_PIECES.contains(field) && value instanceof String piece) {
                StringBuilder text = had instanceof StringBuilder known ? known : new StringBuilder();
                latest.put(field, text.append(piece)); // becomes a string with the copy in emit()
            } else if (value != null || had == null) {
                latest.put(field, value);
            }
        }
    }

    void emit(Consumer<? super StreamEvent> out) {
        Map<String, Object> attached = new LinkedHashMap<>();
        if (extraContent != null) {
            attached.put(EXTRA_CONTENT, extraContent);
        }
        if (!details.isEmpty()) {
            attached.put(REASONING_DETAILS, details);
        }
        if (!attached.isEmpty()) {
            out.accept(new StreamEvent.ReasoningDelta("", "", "", new ProviderData(origin, attached)));
        }
    }
}
