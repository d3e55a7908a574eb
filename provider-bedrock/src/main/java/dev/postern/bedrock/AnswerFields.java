package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an answer says beside its blocks: whole, or in the events {@code messageStop} and {@code metadata} of a stream. */
final class AnswerFields {
    private static final String PADDING = "p"; // of random length, in each event

    private final Map<String, @Nullable Object> metadata;
    private final boolean serverFields;
    private String stopReason = "";
    private @Nullable Usage usage;
    private boolean hasMessage;

    /**
     * Nothing is said yet.
     *
     * @param metadata what the HTTP headers said
     * @param serverFields whether to keep fields that the vocabulary has no place for
     */
    AnswerFields(Map<String, ?> metadata, boolean serverFields) {
        this.metadata = new LinkedHashMap<>(metadata);
        this.serverFields = serverFields;
    }

    /** Why the model stopped, in the service's word; empty while it is not known. */
    String stopReason() {
        return stopReason;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    /** Whether a whole answer holds a message. */
    boolean hasMessage() {
        return hasMessage;
    }

    /** What else was said, under the service's own names. */
    Map<String, @Nullable Object> metadata() {
        return metadata;
    }

    /** The members of a whole answer, of {@code messageStop} and of {@code metadata}: none is in two of them. */
    void read(JsonReader json, Blocks blocks, Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name()) {
                case "output" -> output(json, blocks, out);
                case "stopReason" -> {
                    String said = json.text();
                    stopReason = said.isEmpty() ? stopReason : said;
                }
                case "usage" -> usage(json);
                case "additionalModelResponseFields", "trace", "metrics", "performanceConfig", "serviceTier" -> {
                    String name = json.name();
                    metadata.put(name, json.value());
                }
                default -> other(json);
            }
        }
    }

    private void usage(JsonReader json) {
        Map<String, @Nullable Object> raw = new LinkedHashMap<>();
        usage = UsageFields.read(json, usage, serverFields ? raw : null);
        if (!raw.isEmpty()) {
            metadata.put("usage", raw);
        }
    }

    /** {@code {"message": {"role": "assistant", "content": […]}}} */
    private void output(JsonReader json, Blocks blocks, Consumer<? super StreamEvent> out) {
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("message")) {
                    message(json, blocks, out);
                } else {
                    other(json);
                }
            }
        }
    }

    private void message(JsonReader json, Blocks blocks, Consumer<? super StreamEvent> out) {
        hasMessage = json.isObject();
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("role")) {
                    json.skip();
                } else if (!json.name().equals("content")) {
                    other(json);
                } else if (json.isArray()) {
                    blocks.whole(json, out);
                } else {
                    hasMessage &= json.isNull(); // of any other content, something would be lost
                    json.skip();
                }
            }
        }
    }

    private void other(JsonReader json) {
        String name = json.name();
        if (serverFields && !name.equals(PADDING)) {
            metadata.put(name, json.value());
        } else {
            json.skip();
        }
    }
}
