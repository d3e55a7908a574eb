package dev.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A frame of AWS's event stream whose headers are texts and whose payload is text.
 *
 * @param headers names and values, in order
 * @param payload the payload
 */
record EventFrame(Map<String, String> headers, String payload) {
    static final String TYPE = "application/vnd.amazon.eventstream";

    private static final int PRELUDE = 12;
    private static final int TRAILER = 4;
    private static final byte TEXT = 7;

    /** An event with the headers that AWS sends. */
    static EventFrame event(String type, String json) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(":event-type", type);
        headers.put(":content-type", "application/json");
        headers.put(":message-type", "event");
        return new EventFrame(headers, json);
    }

    /** Length of the frame, length of the headers, checksum of both, headers, payload, checksum of all. */
    byte[] bytes() {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        headers.forEach((name, value) -> {
            byte[] key = name.getBytes(UTF_8);
            byte[] text = value.getBytes(UTF_8);
            names.write(key.length);
            names.writeBytes(key);
            names.write(TEXT);
            names.write(text.length >> 8);
            names.write(text.length);
            names.writeBytes(text);
        });
        byte[] body = payload.getBytes(UTF_8);
        ByteBuffer out = ByteBuffer.allocate(PRELUDE + names.size() + body.length + TRAILER);
        out.putInt(out.capacity()).putInt(names.size());
        out.putInt(checksum(out.array(), out.position()));
        out.put(names.toByteArray()).put(body);
        return out.putInt(checksum(out.array(), out.position())).array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** The length of the frame that begins here; 0 if its first four bytes are not there yet. */
    static int lengthAt(byte[] bytes, int from) {
        return bytes.length - from < 4 ? 0 : ByteBuffer.wrap(bytes).getInt(from);
    }

    /** The frame that these bytes are; null unless {@link #bytes} gives exactly them again. */
    static @Nullable EventFrame of(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            in.getInt();
            int end = PRELUDE + in.getInt();
            in.getInt();
            Map<String, String> headers = new LinkedHashMap<>();
            while (in.position() < end) {
                String name = text(in, in.get() & 0xFF);
                if (in.get() != TEXT) {
                    return null;
                }
                headers.put(name, text(in, in.getShort() & 0xFFFF));
            }
            EventFrame frame = new EventFrame(headers, text(in, in.remaining() - TRAILER));
            return Arrays.equals(frame.bytes(), bytes) ? frame : null;
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | CharacterCodingException e) {
            return null; // these bytes are something else
        }
    }

    private static String text(ByteBuffer in, int length) throws CharacterCodingException {
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return UTF_8.newDecoder().decode(part).toString();
    }
}
