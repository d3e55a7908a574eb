package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Divides a body into the parts that are logged: server-sent events, frames of AWS, or the whole. It keeps the first bytes of each
 * part, up to a bound.
 */
final class WireSplitter {
    /** Receives the parts. */
    interface Parts {
        /**
         * The next part.
         *
         * @param title stands before the text
         * @param missing the number of bytes that were not kept
         */
        void part(String title, byte[] bytes, int from, int to, long missing);
    }

    private static final int PRELUDE = 12; // of a frame: its length, the length of its headers, a checksum
    private static final int TRAILER = 4; // the checksum of a frame
    private static final int STRING = 7; // the type of a header's value
    private static final int MOST_HEADERS = 1024; // bytes that are kept in addition

    private final boolean events;
    private final boolean frames;
    private final int most;
    private final Parts out;
    private byte[] kept = new byte[256];
    private int size;
    private long total;
    private boolean lineHasText;
    private boolean lineEnded;
    private boolean afterReturn;

    /**
     * Creates a splitter.
     *
     * @param type the media type of the body
     * @param most the most bytes that are kept of a part
     */
    WireSplitter(String type, int most, Parts out) {
        this.events = type.equals("text/event-stream");
        this.frames = type.equals("application/vnd.amazon.eventstream");
        this.most = frames ? most + MOST_HEADERS : most;
        this.out = out;
    }

    /** The next bytes; the position of the buffer changes. */
    void bytes(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (events) {
                event(bytes.get());
            } else if (frames) {
                put(bytes.get());
                if (total >= PRELUDE && total >= unsigned(0)) {
                    frame();
                }
            } else if (size < most) {
                put(bytes.get());
            } else {
                total += bytes.remaining();
                return;
            }
        }
    }

    private void event(byte next) {
        boolean end = next == '\r' || (next == '\n' && !afterReturn);
        boolean second = next == '\n' && afterReturn;
        afterReturn = next == '\r';
        if (end && !lineHasText) {
            emit("");
        } else if (end) {
            lineHasText = false;
            lineEnded = true;
        } else if (!second) {
            if (lineEnded) {
                put((byte) '\n');
            }
            lineEnded = false;
            lineHasText = true;
            put(next);
        }
    }

    /** The body is over. */
    void end() {
        emit((events || frames) && total > 0 && (frames || lineHasText) ? "(cut) " : "");
    }

    private void put(byte next) {
        total++;
        if (size < most) {
            if (size == kept.length) {
                kept = Arrays.copyOf(kept, Math.min(most, size * 2));
            }
            kept[size++] = next;
        }
    }

    private void emit(String title) {
        if (total > 0) {
            out.part(title, kept, 0, size, total - size);
        }
        size = 0;
        total = 0;
        lineEnded = false;
        lineHasText = false;
    }

    private long unsigned(int at) {
        return (kept[at] & 0xFFL) << 24
                | (kept[at + 1] & 0xFFL) << 16
                | (kept[at + 2] & 0xFFL) << 8
                | (kept[at + 3] & 0xFFL);
    }

    private void frame() {
        long headers = unsigned(4);
        long payload = PRELUDE + headers;
        long end = total - TRAILER;
        if (payload > end) {
            emit("(not a frame) ");
            return;
        }
        int from = (int) Math.min(payload, size);
        int to = (int) Math.min(end, size);
        out.part(headers(from), kept, from, Math.max(from, to), end - Math.max(from, to));
        total = 0;
        size = 0;
    }

    /** Names of headers with their values, if these are texts. */
    private String headers(int end) {
        StringBuilder text = new StringBuilder();
        int at = PRELUDE;
        while (at < end) {
            int value = at + 1 + (kept[at] & 0xFF) + 3;
            if (value > end || kept[value - 3] != STRING) {
                return text.append("… ").toString();
            }
            int next = value + ((kept[value - 2] & 0xFF) << 8) + (kept[value - 1] & 0xFF);
            text.append(new String(kept, at + 1, value - 4 - at, UTF_8))
                    .append('=')
                    .append(new String(kept, value, Math.max(0, Math.min(next, end) - value), UTF_8))
                    .append(' ');
            at = next;
        }
        return text.toString();
    }
}
