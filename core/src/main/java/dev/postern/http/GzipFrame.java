package dev.postern.http;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/**
 * The header and the trailer of a gzip member (RFC 1952). The header is skipped; the trailer has a checksum and a
 * length, which are checked. Bytes may come in pieces of any size.
 */
final class GzipFrame {
    private static final int FIXED_SIZE = 10;
    private static final int TRAILER = 8;
    /** A longer header is refused. */
    private static final int MAX_HEADER = 64 << 10;

    // The parts of the header, in their order.
    private static final int FIXED = 0;
    private static final int EXTRA_LENGTH = 1;
    private static final int EXTRA = 2;
    private static final int NAME = 3;
    private static final int COMMENT = 4;
    private static final int DATA = 6; // 5 is the checksum of the header, which is skipped
    /** For each part the flag which says that the header has it; 0 if it always has. */
    private static final int[] FLAGS = {0, 4, 4, 8, 16, 2, 0};

    private final CRC32 crc = new CRC32();
    private int part = FIXED;
    private int seen; // of the header
    private int left = FIXED_SIZE; // of the part that is being read
    private int flags;
    private int extra;
    private long length;

    private long trailer;
    private int trailerSeen;
    private long claimedCrc;

    /** Reads bytes of the header. Returns true when the compressed data begins. */
    boolean header(ByteBuffer bytes) throws DataFormatException {
        while (part != DATA && bytes.hasRemaining()) {
            take(bytes.get() & 0xFF);
        }
        return part == DATA;
    }

    private void take(int next) throws DataFormatException {
        if (++seen > MAX_HEADER) {
            throw new DataFormatException("a gzip header of more than " + MAX_HEADER + " bytes");
        }
        if (part == FIXED) {
            fixed(seen - 1, next);
        } else if (part == EXTRA_LENGTH) {
            extra = (extra >>> 8) | (next << 8);
        }
        boolean isText = part == NAME || part == COMMENT;
        boolean over = isText ? next == 0 : --left == 0;
        if (over) {
            nextPart();
        }
    }

    private void fixed(int at, int next) throws DataFormatException {
        if ((at == 0 && next != 0x1F) || (at == 1 && next != 0x8B) || (at == 2 && next != 8)) {
            throw new DataFormatException("no gzip header");
        }
        if (at == 3) {
            flags = next;
        }
    }

    /** Moves to the next part that the header contains. */
    private void nextPart() {
        do {
            part++;
            left = part == EXTRA ? extra : 2;
        } while (!isThere());
    }

    private boolean isThere() {
        return FLAGS[part] == 0 || ((flags & FLAGS[part]) != 0 && left > 0);
    }

    /** Adds inflated data to the checksum and the length. */
    void data(byte[] bytes, int size) {
        crc.update(bytes, 0, size);
        length += size;
    }

    /** Reads bytes of the trailer. Returns true at its end; another header may follow. */
    boolean trailer(ByteBuffer bytes) throws DataFormatException {
        while (trailerSeen < TRAILER && bytes.hasRemaining()) {
            trailer = (trailer >>> 8) | ((bytes.get() & 0xFFL) << 24);
            if (++trailerSeen == Integer.BYTES) {
                claimedCrc = trailer;
                trailer = 0;
            }
        }
        if (trailerSeen < TRAILER) {
            return false;
        }
        if (claimedCrc != crc.getValue() || trailer != (length & 0xFFFF_FFFFL)) {
            throw new DataFormatException("a wrong checksum");
        }
        return true;
    }
}
