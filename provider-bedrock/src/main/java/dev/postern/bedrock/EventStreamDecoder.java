package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Decodes AWS's binary event stream ({@code application/vnd.amazon.eventstream}). A frame consists of a prelude (total
 * length, length of the headers, CRC of both), headers, payload, and a CRC of all of them. Lengths are used only after
 * their checksum and their limits are verified, so a corrupt length fails at once and allocates nothing.
 */
final class EventStreamDecoder implements Decoder<StreamEvent> {
    private static final int PRELUDE = 12;
    private static final int TRAILER = 4;
    private static final int MAX_HEADERS = 128 << 10;
    /** The first size of the buffer: enough for frames that come one by one. */
    private static final int SMALL = 512;
    /** The size for many frames that come together. */
    private static final int LARGE = 4096;

    private final ConverseReader reader;
    private final int maxFrameBytes;
    private final FrameHeaders headers = new FrameHeaders();
    private final CRC32 crc = new CRC32();

    private byte[] buffer = new byte[SMALL];
    private int limit;

    /** Creates a decoder that refuses frames of more than {@code maxFrameBytes}. */
    EventStreamDecoder(ConverseReader reader, int maxFrameBytes) {
        this.reader = reader;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super StreamEvent> out) {
        while (bytes.hasRemaining() && phase() != Phase.DONE) {
            append(bytes);
            int from = 0;
            for (int length; phase() != Phase.DONE && (length = wholeFrame(from)) > 0; from += length) {
                frame(from, length, out);
            }
            if (from > 0) { // without this check, each piece of a large frame would copy all pieces before it
                System.arraycopy(buffer, from, buffer, 0, limit - from);
                limit -= from;
            }
        }
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        if (limit > 0 && phase() != Phase.DONE) {
            throw new LlmException(Kind.INCOMPLETE_STREAM, "The event stream was cut off in the middle of a frame.");
        }
        reader.end(out);
    }

    @Override
    public Phase phase() {
        return reader.phase();
    }

    private void append(ByteBuffer bytes) {
        int wanted = Math.min(LARGE, limit + bytes.remaining());
        if (wanted > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(LARGE, Math.max(wanted, buffer.length * 2)));
        }
        int length = Math.min(bytes.remaining(), buffer.length - limit);
        bytes.get(buffer, limit, length);
        limit += length;
    }

    /** The length of the frame that begins here, or 0 while it is incomplete. Enlarges the buffer for a large frame. */
    private int wholeFrame(int from) {
        int have = limit - from;
        if (have < PRELUDE) {
            return 0;
        }
        check(from, PRELUDE - TRAILER, "prelude");
        long total = unsigned(from);
        long headerBytes = unsigned(from + 4);
        if (headerBytes > MAX_HEADERS || total > maxFrameBytes || total < PRELUDE + headerBytes + TRAILER) {
            throw corrupt("a frame of " + total + " bytes with " + headerBytes + " bytes of headers");
        }
        if (total > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(maxFrameBytes, Math.max(total, buffer.length * 2L)));
        }
        return have < total ? 0 : (int) total;
    }

    private void frame(int from, int length, Consumer<? super StreamEvent> out) {
        check(from, length - TRAILER, "message");
        int headerBytes = (int) unsigned(from + 4);
        int payload = from + PRELUDE + headerBytes;
        headers.read(buffer, from + PRELUDE, headerBytes);
        reader.frame(headers, buffer, payload, from + length - TRAILER - payload, out);
    }

    /** Compares the checksum of these bytes with the one that follows them. */
    private void check(int from, int length, String part) {
        crc.reset();
        crc.update(buffer, from, length);
        if (crc.getValue() != unsigned(from + length)) {
            throw corrupt("a wrong checksum of a " + part);
        }
    }

    private long unsigned(int at) {
        return (buffer[at] & 0xFFL) << 24
                | (buffer[at + 1] & 0xFFL) << 16
                | (buffer[at + 2] & 0xFFL) << 8
                | (buffer[at + 3] & 0xFFL);
    }

    static LlmException corrupt(String reason) {
        return new LlmException(
                Kind.PROTOCOL,
                "The event stream is corrupt (" + reason + "); check the proxies between this client and AWS.");
    }
}
