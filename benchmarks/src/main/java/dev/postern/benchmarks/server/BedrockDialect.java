package dev.postern.benchmarks.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** The protocol of Amazon Bedrock: JSON in frames of AWS's event stream. */
final class BedrockDialect implements Dialect {
    private static final String PADDING = ",\"p\":\"abcdefghijklmnopqrstuvwxyz\"}"; // AWS's frames have such a field

    @Override
    public String contentType(Script script) {
        return script.kind() == Script.Kind.WHOLE ? "application/json" : "application/vnd.amazon.eventstream";
    }

    @Override
    public List<byte[]> before(Script script) {
        byte[] start = frame("messageStart", "{\"role\":\"assistant\"" + PADDING);
        return script.kind() == Script.Kind.TOOLS
                ? List.of(
                        start,
                        frame(
                                "contentBlockStart",
                                "{\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"name\":\"note\","
                                        + "\"toolUseId\":\"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q\"}}" + PADDING))
                : List.of(start);
    }

    @Override
    public byte[] piece(Script script, String text) {
        String escaped = Dialect.escaped(text);
        String delta = script.kind() == Script.Kind.TOOLS
                ? "{\"toolUse\":{\"input\":\"" + escaped + "\"}}"
                : "{\"text\":\"" + escaped + "\"}";
        return frame("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":" + delta + PADDING);
    }

    @Override
    public List<byte[]> after(Script script) {
        String reason = script.kind() == Script.Kind.TOOLS ? "tool_use" : "end_turn";
        return List.of(
                frame("contentBlockStop", "{\"contentBlockIndex\":0" + PADDING),
                frame("messageStop", "{\"stopReason\":\"" + reason + "\"" + PADDING),
                frame(
                        "metadata",
                        "{\"metrics\":{\"latencyMs\":300},\"usage\":{\"inputTokens\":20,\"outputTokens\":2000,"
                                + "\"totalTokens\":2020}" + PADDING));
    }

    @Override
    public byte[] whole(String text) {
        return ("{\"metrics\":{\"latencyMs\":300},\"output\":{\"message\":{\"content\":[{\"text\":\""
                        + Dialect.escaped(text)
                        + "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":20,"
                        + "\"outputTokens\":2000,\"totalTokens\":2020}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] frame(String event, String payload) {
        ByteBuffer headers = ByteBuffer.allocate(256);
        header(headers, ":event-type", event);
        header(headers, ":content-type", "application/json");
        header(headers, ":message-type", "event");
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        int length = 12 + headers.position() + body.length + 4;
        ByteBuffer frame = ByteBuffer.allocate(length);
        frame.putInt(length).putInt(headers.position());
        frame.putInt(crc(frame)).put(headers.flip()).put(body);
        return frame.putInt(crc(frame)).array();
    }

    private static void header(ByteBuffer out, String name, String value) {
        out.put((byte) name.length()).put(name.getBytes(StandardCharsets.US_ASCII));
        out.put((byte) 7).putShort((short) value.length()).put(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static int crc(ByteBuffer soFar) {
        CRC32 crc = new CRC32();
        crc.update(soFar.duplicate().flip());
        return (int) crc.getValue();
    }
}
