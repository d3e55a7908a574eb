package dev.postern.bedrock;

import dev.postern.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Writes frames of AWS's event stream. It uses no main code of this module. */
final class Frames {
    static final String TYPE = "application/vnd.amazon.eventstream";

    private Frames() {}

    /** An event of Converse, with the headers that AWS sends. */
    static byte[] event(String type, String json) {
        return frame(
                headers(":event-type", type, ":content-type", "application/json", ":message-type", "event"),
                utf8(json));
    }

    static byte[] exception(String type, String json) {
        return frame(
                headers(":exception-type", type, ":content-type", "application/json", ":message-type", "exception"),
                utf8(json));
    }

    /** An error frame, which has no payload. */
    static byte[] error(String code, String message) {
        return frame(headers(":message-type", "error", ":error-code", code, ":error-message", message), new byte[0]);
    }

    static byte[] text(int index, String text) {
        return event(
                "contentBlockDelta",
                "{\"contentBlockIndex\":" + index + ",\"delta\":{\"text\":" + Json.text(text)
                        + "},\"p\":\"abcdefgh\"}");
    }

    static byte[] start() {
        return event("messageStart", "{\"p\":\"abc\",\"role\":\"assistant\"}");
    }

    static byte[] stop(String reason) {
        return event("messageStop", "{\"p\":\"ab\",\"stopReason\":\"" + reason + "\"}");
    }

    static byte[] usage(int input, int output) {
        return event(
                "metadata",
                "{\"metrics\":{\"latencyMs\":12},\"p\":\"a\",\"usage\":{\"inputTokens\":" + input + ",\"outputTokens\":"
                        + output + ",\"totalTokens\":" + (input + output) + "}}");
    }

    /** The body of a whole answer with this text. */
    static byte[] whole(String text) {
        return utf8("{\"metrics\":{\"latencyMs\":12},\"output\":{\"message\":{\"content\":[{\"text\":"
                + Json.text(text)
                + "}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":3,"
                + "\"outputTokens\":2,\"totalTokens\":5}}");
    }

    /** A stream with this many deltas. */
    static byte[] stream(int deltas) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(start());
        for (int i = 0; i < deltas; i++) {
            all.writeBytes(text(0, "x"));
        }
        all.writeBytes(stop("end_turn"));
        return all.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** String headers, in this order. */
    static byte[] headers(String... namesAndValues) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            byte[] value = utf8(namesAndValues[i + 1]);
            all.writeBytes(header(
                    namesAndValues[i], 7, join(new byte[] {(byte) (value.length >> 8), (byte) value.length}, value)));
        }
        return all.toByteArray();
    }

    /** A header of any type. The value is its bytes on the wire, with the length if the type has one. */
    static byte[] header(String name, int type, byte[] value) {
        byte[] text = utf8(name);
        return join(new byte[] {(byte) text.length}, text, new byte[] {(byte) type}, value);
    }

    static byte[] frame(byte[] headers, byte[] payload) {
        return frame(16 + headers.length + payload.length, headers.length, headers, payload);
    }

    /** A frame with valid checksums, whose lengths may be wrong. */
    static byte[] frame(int total, int headerBytes, byte[] headers, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(16 + headers.length + payload.length);
        out.putInt(total).putInt(headerBytes);
        out.putInt(crc(out)).put(headers).put(payload);
        return out.putInt(crc(out)).array();
    }

    private static int crc(ByteBuffer soFar) {
        CRC32 crc = new CRC32();
        crc.update(soFar.array(), 0, soFar.position());
        return (int) crc.getValue();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
