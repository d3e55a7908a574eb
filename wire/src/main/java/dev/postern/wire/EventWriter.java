package dev.postern.wire;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.json.Json;
import dev.postern.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Writes the events of a stream, each as one JSON object on one line, in UTF-8 and without {@code data:}. U+0085, U+2028 and
 * U+2029 are escaped, because some clients treat them as line breaks.
 */
public final class EventWriter {
    private EventWriter() {}

    /** Writes one event. */
    public static byte[] write(StreamEvent event) {
        return write(event, "");
    }

    /**
     * Writes one event; {@code message_stop} names the backend that answered.
     *
     * @param backend the gateway's name of the backend; empty if a header of the answer has it
     */
    public static byte[] write(StreamEvent event, String backend) {
        return line(Json.bytes(json -> json.object(it -> fields(it, event, backend))));
    }

    /**
     * Writes the event {@code error}, which ends a failed stream, with the fields of {@link ErrorWriter#write} in one object.
     *
     * @param requestId the gateway's id of the exchange; if empty, the id of the failure is used
     */
    public static byte[] error(LlmException failure, String requestId) {
        return line(Json.bytes(json -> json.object(it -> {
            it.field("type", "error");
            ErrorWriter.fields(it, failure, requestId);
            it.field("detail", ErrorWriter.detail(failure));
        })));
    }

    static void fields(JsonWriter json, StreamEvent event) {
        fields(json, event, "");
    }

    private static void fields(JsonWriter json, StreamEvent event, String backend) {
        if (event instanceof StreamEvent.ContentDelta text) {
            json.field("type", "content_delta").field("delta", text.delta());
        } else if (event instanceof StreamEvent.ReasoningDelta thought) {
            json.field("type", "reasoning_delta")
                    .field("delta", thought.delta())
                    .fieldIfAny("signature", thought.signature())
                    .fieldIfAny("redacted", thought.redacted());
            PartWriter.providerData(json, thought.providerData());
        } else if (event instanceof StreamEvent.ToolCallStart start) {
            json.field("type", "tool_use_start").field("id", start.id()).field("name", start.name());
        } else if (event instanceof StreamEvent.ToolCallDelta delta) {
            json.field("type", "tool_use_delta").field("id", delta.id()).field("delta", delta.delta());
        } else if (event instanceof StreamEvent.ToolCallComplete complete) {
            PartWriter.callFields(json.field("type", "tool_use_complete"), complete.call());
        } else if (event instanceof StreamEvent.MessageStop stop) {
            json.field("type", "message_stop")
                    .field("stop_reason", stop.stopReason().wire())
                    .field("model", stop.model())
                    .fieldIfAny("backend", backend);
            if (!stop.serverInfo().isEmpty()) {
                json.fieldOf("metadata", stop.serverInfo());
            }
        } else if (event instanceof StreamEvent.UsageReported reported) {
            UsageFields.write(json.field("type", "metadata"), Optional.of(reported.usage()));
        }
    }

    /** Makes one line of other JSON: escapes U+0085, U+2028 and U+2029. */
    public static byte[] line(byte[] json) {
        int at = breakAt(json, 0); // these characters occur only in strings, where JSON allows them
        if (at == json.length) {
            return json;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 32);
        int from = 0;
        while (at < json.length) {
            out.write(json, from, at - from);
            boolean nextLine = (json[at] & 0xFF) == 0xC2;
            String escape = nextLine ? "\\u0085" : (json[at + 2] & 0xFF) == 0xA8 ? "\\u2028" : "\\u2029";
            out.writeBytes(escape.getBytes(StandardCharsets.US_ASCII));
            from = at + (nextLine ? 2 : 3);
            at = breakAt(json, from);
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    private static int breakAt(byte[] json, int from) {
        for (int at = from; at < json.length; at++) {
            int first = json[at] & 0xFF;
            if (first == 0xC2 && (json[at + 1] & 0xFF) == 0x85) {
                return at;
            }
            if (first == 0xE2 && (json[at + 1] & 0xFF) == 0x80 && (json[at + 2] & 0xFE) == 0xA8) {
                return at;
            }
        }
        return json.length;
    }
}
