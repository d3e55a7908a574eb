package dev.postern.bedrock;

import dev.postern.StreamEvent;
import dev.postern.Usage;
import dev.postern.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an answer besides its content blocks: stop reason, usage and server info. In a stream they come in the
 * events {@code messageStop} and {@code metadata}.
 */
final class AnswerFields {
    private static final String PADDING = "p"; // text of random length that AWS adds to each event

    private final Map<String, @Nullable Object> serverInfo;
    private final boolean serverFields;
    private String stopReason = "";
    private @Nullable Usage usage;
    private boolean hasMessage;

    /**
     * Creates the fields of an answer that has not begun.
     *
     * @param serverInfo the server info from the HTTP headers
     * @param serverFields whether to keep the fields that Postern has no type for
     */
    AnswerFields(Map<String, ?> serverInfo, boolean serverFields) {
        this.serverInfo = new LinkedHashMap<>(serverInfo);
        this.serverFields = serverFields;
    }

    /** The stop reason as Converse names it; empty while it is unknown. */
    String stopReason() {
        return stopReason;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    /** Whether a whole answer contains a message. */
    boolean hasMessage() {
        return hasMessage;
    }

    /** All other fields, under Converse's names. */
    Map<String, @Nullable Object> serverInfo() {
        return serverInfo;
    }

    /**
     * Reads a whole answer, or the payload of {@code messageStop} or {@code metadata}. One method reads all three,
     * because no field name has two meanings.
     */
    void read(JsonReader json, ContentBlocks blocks, Consumer<? super StreamEvent> out) {
        if (!json.beginObject()) {
            return;
        }
        while (json.nextField()) {
            switch (json.name()) {
                case "output" -> output(json, blocks, out);
                case "stopReason" -> {
                    String reason = json.text();
                    stopReason = reason.isEmpty() ? stopReason : reason;
                }
                case "usage" -> usage(json);
                case "additionalModelResponseFields", "trace", "metrics", "performanceConfig", "serviceTier" -> {
                    String name = json.name();
                    serverInfo.put(name, json.value());
                }
                default -> other(json);
            }
        }
    }

    private void usage(JsonReader json) {
        Map<String, @Nullable Object> raw = new LinkedHashMap<>();
        usage = ConverseUsageReader.read(json, usage, serverFields ? raw : null);
        if (!raw.isEmpty()) {
            serverInfo.put("usage", raw);
        }
    }

    /** {@code {"message": {"role": "assistant", "content": […]}}} */
    private void output(JsonReader json, ContentBlocks blocks, Consumer<? super StreamEvent> out) {
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

    private void message(JsonReader json, ContentBlocks blocks, Consumer<? super StreamEvent> out) {
        hasMessage = json.isObject();
        if (json.beginObject()) {
            while (json.nextField()) {
                if (json.name().equals("role")) {
                    json.skip();
                } else if (!json.name().equals("content")) {
                    other(json);
                } else if (json.isArray()) {
                    blocks.array(json, out);
                } else {
                    hasMessage &= json.isNull(); // content of another type would be lost
                    json.skip();
                }
            }
        }
    }

    private void other(JsonReader json) {
        String name = json.name();
        if (serverFields && !name.equals(PADDING)) {
            serverInfo.put(name, json.value());
        } else {
            json.skip();
        }
    }
}
