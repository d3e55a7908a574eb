package dev.postern.benchmarks.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The bytes of an HTTP answer for a script, made once. Each event is an HTTP chunk of its own, as servers flush them.
 *
 * @param script the script
 * @param start the head, and the whole body unless the script is paced
 * @param piece one chunk of a paced script
 * @param end the bytes after the pieces of a paced script
 * @param stampAt the offset of the time stamp in the chunk
 * @param checked whether the piece ends with its checksum, as frames of AWS do
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and used by the server's one thread only
record Answer(Script script, ByteBuffer start, byte[] piece, byte[] end, int stampAt, boolean checked) {
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    static Answer of(Script script, Dialect dialect) {
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        if (script.kind() == Script.Kind.WHOLE) {
            byte[] body = dialect.whole(script.text());
            start.writeBytes(head(
                    dialect.contentType(script),
                    "Content-Length: " + body.length + "\r\nX-Body-Bytes: " + body.length));
            start.writeBytes(body);
            return new Answer(script, direct(start), new byte[0], new byte[0], 0, false);
        }
        byte[] piece = dialect.piece(script, script.piece(0));
        if (script.isPaced()) {
            int stampAt = new String(piece, StandardCharsets.ISO_8859_1).indexOf("0".repeat(Script.STAMP));
            // The floor reads the time stamp without a parser: this is its offset in an event, and the length of an
            // event.
            String place = "Transfer-Encoding: chunked\r\nX-Stamp: " + stampAt + "/" + piece.length;
            start.writeBytes(head(dialect.contentType(script), place));
            byte[] chunk = chunk(piece);
            ByteArrayOutputStream end = new ByteArrayOutputStream();
            write(dialect.after(script), end);
            end.writeBytes(LAST);
            int at = stampAt + chunk.length - piece.length - 2;
            return new Answer(script, direct(start), chunk, end.toByteArray(), at, dialect instanceof BedrockDialect);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int bytes = write(Canned.messages(script, dialect), body);
        body.writeBytes(LAST);
        start.writeBytes(head(dialect.contentType(script), "Transfer-Encoding: chunked\r\nX-Body-Bytes: " + bytes));
        start.writeBytes(body.toByteArray());
        return new Answer(script, direct(start), piece, LAST, 0, false);
    }

    /** The next piece, with this time stamp in it. */
    byte[] piece(long micros) {
        Script.stamp(piece, stampAt, micros);
        if (checked) {
            int from = 0;
            while (piece[from++] != '\n') {} // skips the line with the chunk's size
            int to = piece.length - 2 - Integer.BYTES;
            CRC32 crc = new CRC32();
            crc.update(piece, from, to - from);
            ByteBuffer.wrap(piece).putInt(to, (int) crc.getValue());
        }
        return piece;
    }

    private static int write(List<byte[]> messages, ByteArrayOutputStream out) {
        int bytes = 0;
        for (byte[] message : messages) {
            out.writeBytes(chunk(message));
            bytes += message.length;
        }
        return bytes;
    }

    private static byte[] head(String type, String framing) {
        return ("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nx-request-id: req_0123456789\r\n" + framing
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] chunk(byte[] message) {
        byte[] size = (Integer.toHexString(message.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer chunk = ByteBuffer.allocate(size.length + message.length + 2);
        return chunk.put(size).put(message).put((byte) '\r').put((byte) '\n').array();
    }

    private static ByteBuffer direct(ByteArrayOutputStream bytes) {
        return ByteBuffer.allocateDirect(bytes.size()).put(bytes.toByteArray()).flip();
    }
}
