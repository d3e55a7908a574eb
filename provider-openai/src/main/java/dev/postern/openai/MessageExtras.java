package dev.postern.openai;

import dev.postern.ProviderData;
import dev.postern.StreamEvent;
import dev.postern.json.JsonObject;
import dev.postern.json.JsonReader;
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
    private final boolean keepsDetails;
    private final List<Map<String, @Nullable Object>> details = new ArrayList<>();
    private @Nullable Object extraContent;

    MessageExtras(ServerProfile profile) {
        this.origin = MessageWriter.origin(profile);
        this.keepsDetails = profile.reasoning() == Reasoning.REASONING_DETAILS;
    }

    /** Whether {@link #details} is to be used; to others the text is enough. */
    boolean keepsDetails() {
        return keepsDetails;
    }

    void extraContent(@Nullable Object value) {
        if (value != null) {
            extraContent = value;
        }
    }

    /** Keeps the entries, and returns their text. */
    String details(JsonReader json) {
        StringBuilder text = new StringBuilder();
        if (json.beginArray()) {
            while (json.nextElement()) {
                JsonObject entry = JsonObject.of(json.value());
                text.append(entry.text("text")).append(entry.text("summary"));
                keep(entry);
            }
        }
        return text.toString();
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
                latest.put(field, text.append(piece)); // becomes a string with the copy in tell()
            } else if (value != null || had == null) {
                latest.put(field, value);
            }
        }
    }

    void tell(Consumer<? super StreamEvent> out) {
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
