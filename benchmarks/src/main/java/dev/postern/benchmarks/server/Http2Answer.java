package dev.postern.benchmarks.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames of an HTTP/2 answer for a script, made once; the number of the stream is missing. Each event is a DATA frame of its
 * own, as servers flush them.
 *
 * @param script the script
 * @param start the frame with the headers
 * @param frames the frames of the body; for a paced script, those after the pieces
 * @param piece the frame of one piece of a paced script
 * @param stampAt the offset of the time stamp in that frame
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and used by the server's one thread only
record Http2Answer(Script script, byte[] start, List<byte[]> frames, byte[] piece, int stampAt) {
    static final int FRAME_HEAD = 9;
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int LARGEST = 16_384;

    static Http2Answer of(Script script, Dialect dialect) {
        if (script.isPaced()) {
            byte[] event = dialect.piece(script, script.piece(0));
            int stampAt = new String(event, StandardCharsets.ISO_8859_1).indexOf("0".repeat(Script.STAMP));
            return new Http2Answer(
                    script,
                    head(dialect.contentType(script), "x-stamp", stampAt + "/" + event.length),
                    frames(dialect.after(script)),
                    frame(DATA, 0, event, 0, event.length),
                    FRAME_HEAD + stampAt);
        }
        List<byte[]> messages = script.kind() == Script.Kind.WHOLE
                ? List.of(dialect.whole(script.text()))
                : Canned.messages(script, dialect);
        int bytes = messages.stream().mapToInt(message -> message.length).sum();
        byte[] head = head(dialect.contentType(script), "x-body-bytes", Integer.toString(bytes));
        return new Http2Answer(script, head, frames(messages), new byte[0], 0);
    }

    private static List<byte[]> frames(List<byte[]> messages) {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] message : messages) {
            for (int from = 0; from < message.length; from += LARGEST) {
                frames.add(frame(DATA, 0, message, from, Math.min(LARGEST, message.length - from)));
            }
        }
        frames.add(frame(DATA, END_STREAM, new byte[0], 0, 0));
        return frames;
    }

    /** A frame of the connection itself, or of a stream whose number is set later. */
    static byte[] frame(int type, int flags, byte[] payload, int from, int length) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + length);
        frame.put((byte) (length >> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags);
        return frame.putInt(0).put(payload, from, length).array();
    }

    private static byte[] head(String contentType, String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x88); // :status 200, of HPACK's static table
        literal(block, "content-type", contentType);
        literal(block, "x-request-id", "req_0123456789");
        literal(block, name, value);
        return frame(HEADERS, END_HEADERS, block.toByteArray(), 0, block.size());
    }

    /** A header field that HPACK does not compress; each part has fewer than 127 characters. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
