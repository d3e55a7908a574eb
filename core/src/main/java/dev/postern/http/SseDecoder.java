package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes server-sent events according to the HTML standard of the WHATWG, section 9.2.6: lines end with LF, CR or
 * both; a byte order mark may come first; a colon begins a comment; {@code data} lines are joined by line feeds; one
 * space after the colon is dropped; {@code id}, {@code retry} and unknown fields are ignored; an event needs a data
 * line. One deviation: a data line that {@linkplain SseHandler#isWhole is a whole event} is not joined with the next
 * one.
 *
 * <p>Bytes are copied once, from the JDK's buffers into {@link #buffer}. The handler gets an event of one data line, as
 * nearly all are, in that buffer. No string is made of any payload.
 *
 * @param <T> the items
 */
public final class SseDecoder<T> implements Decoder<T> {
    /** The default bound for one event: 16 MiB, enough for an image in base64. */
    public static final int DEFAULT_MAX_EVENT_BYTES = 16 << 20;

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ID = {'i', 'd'};
    private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};
    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};
    /**
     * The first size of the buffer: enough for events that come one by one, and small enough for thousands of streams.
     */
    private static final int SMALL = 512;
    /** The size for many events that come together; a larger one is not faster. */
    private static final int LARGE = 8192;

    private static final byte[] NONE = {};
    /** Idle buffers, each in a slot that a few threads share. A decoder that waits for an event has none. */
    private static final AtomicReferenceArray<byte @Nullable []> IDLE = new AtomicReferenceArray<>(16);

    private final SseHandler<T> handler;
    private final int maxEventBytes;

    /** The bytes of the current event, from its first data line on; {@link #NONE} if there are none. */
    private byte[] buffer = NONE;

    private int limit; // of the bytes in the buffer
    private int line; // the start of the current line
    private int scanned; // there is no line end before this
    private boolean skipLineFeed; // the last line ended with CR, so a LF now belongs to it
    private boolean first = true; // nothing was decoded, so a byte order mark may come

    private int dataStart = -1; // the start of the event's data in the buffer; -1 if there is none
    private int dataEnd;
    private int filledLines; // the number of data lines of the event that are not empty
    private final EventName name = new EventName();

    /** Creates a decoder that refuses events of more than {@code maxEventBytes}. */
    public SseDecoder(SseHandler<T> handler, int maxEventBytes) {
        this.handler = handler;
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super T> out) {
        int slot = (int) (Thread.currentThread().getId() % IDLE.length());
        if (buffer.length == 0) {
            byte[] idle = maxEventBytes < LARGE ? null : IDLE.getAndSet(slot, null);
            buffer = idle == null ? new byte[Math.min(SMALL, maxEventBytes)] : idle;
        }
        while (bytes.hasRemaining() && handler.phase() != Phase.DONE) {
            append(bytes);
            lines(out);
            forget();
        }
        if (limit == 0) {
            if (buffer.length <= LARGE) {
                IDLE.set(slot, buffer);
            }
            buffer = NONE;
        }
    }

    @Override
    public void end(Consumer<? super T> out) {
        if (handler.phase() != Phase.DONE) {
            if (limit > line) {
                line(limit, out); // the last line has no end
            }
            if (dataStart >= 0 && handler.phase() != Phase.DONE) {
                handler.unfinished(name.take(), buffer, dataStart, dataEnd - dataStart, out);
            }
        }
        handler.end(out);
    }

    @Override
    public Phase phase() {
        return handler.phase();
    }

    /** Copies bytes into the buffer and enlarges it; not all bytes may fit at once. */
    private void append(ByteBuffer bytes) {
        if (limit >= maxEventBytes) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "The server sent an event of more than " + maxEventBytes
                            + " bytes; this is not the answer of a model, or the bound must be raised.");
        }
        int wanted = Math.min(LARGE, limit + bytes.remaining());
        if (wanted > buffer.length || limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(maxEventBytes, Math.max(wanted, buffer.length * 2L)));
        }
        int length = Math.min(bytes.remaining(), buffer.length - limit);
        bytes.get(buffer, limit, length);
        limit += length;
    }

    private void lines(Consumer<? super T> out) {
        if (first && !byteOrderMark()) {
            return;
        }
        while (true) {
            if (skipLineFeed && scanned < limit) {
                skipLineFeed = false;
                if (buffer[scanned] == '\n') {
                    line = ++scanned;
                }
            }
            int end = lineEnd();
            scanned = end;
            if (end == limit) {
                return;
            }
            skipLineFeed = buffer[end] == '\r';
            line(end, out);
            line = scanned = end + 1;
            if (handler.phase() == Phase.DONE) {
                return;
            }
        }
    }

    private int lineEnd() {
        int at = scanned;
        while (true) {
            at = Bytes.firstControl(buffer, at, limit);
            if (at == limit || buffer[at] == '\n' || buffer[at] == '\r') {
                return at;
            }
            at++; // a tab, most likely
        }
    }

    /** Skips a byte order mark. Returns false if more bytes are needed to know whether there is one. */
    private boolean byteOrderMark() {
        int mark = 0;
        byte[] expected = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        while (mark < expected.length && mark < limit && buffer[mark] == expected[mark]) {
            mark++;
        }
        if (mark == limit && mark < expected.length) {
            return false;
        }
        first = false;
        if (mark == expected.length) {
            line = scanned = mark;
        }
        return true;
    }

    /** The line from {@link #line} to {@code end}, without its line end. */
    private void line(int end, Consumer<? super T> out) {
        if (line == end) {
            event(name.take(), out);
            return;
        }
        int colon = line;
        while (colon < end && buffer[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, end);
        if (value < end && buffer[value] == ' ') {
            value++;
        }
        if (is(DATA, colon)) {
            data(value, end, out);
        } else if (is(EVENT, colon)) {
            name.set(buffer, value, end, dataStart >= 0);
        } else if (is(ERROR, colon)) { // not in the standard: llama.cpp before October 2025
            name.set("error", dataStart >= 0);
            data(value, end, out);
        } else if (colon > line && !is(ID, colon) && !is(RETRY, colon)) { // a line with an empty name is a comment
            handler.unknownLine(buffer, line, end - line);
        }
    }

    private boolean is(byte[] name, int colon) {
        return Arrays.equals(buffer, line, colon, name, 0, name.length);
    }

    /** Handles a data line. The first one stays in its place; a further one is moved behind it, after a line feed. */
    private void data(int value, int end, Consumer<? super T> out) {
        if (filledLines == 1 && value < end && handler.isWhole(buffer, dataStart, dataEnd - dataStart)) {
            event(name.takeEarly(), out);
        }
        filledLines += value < end ? 1 : 0;
        if (dataStart < 0) {
            dataStart = value;
            dataEnd = end;
        } else {
            buffer[dataEnd] = '\n'; // there is room, because the first line had a line end
            System.arraycopy(buffer, value, buffer, dataEnd + 1, end - value);
            dataEnd += 1 + end - value;
        }
    }

    private void event(String type, Consumer<? super T> out) {
        int start = dataStart;
        dataStart = -1;
        filledLines = 0;
        if (start >= 0) {
            handler.event(type, buffer, start, dataEnd - start, out);
        }
    }

    /** Moves the data of the event and the incomplete line to the front of the buffer. */
    private void forget() {
        int keep = dataStart < 0 ? line : dataStart;
        if (first || keep == 0) {
            return;
        }
        System.arraycopy(buffer, keep, buffer, 0, limit - keep);
        limit -= keep;
        line -= keep;
        scanned -= keep;
        if (dataStart >= 0) {
            dataStart = 0;
            dataEnd -= keep;
        }
    }
}
