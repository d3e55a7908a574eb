package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Server-sent events, from bytes, by the rules of the WHATWG (HTML standard, section 9.2.6): lines end with LF, CR or
 * both; a byte order mark may come first; a colon begins a comment; {@code data} lines are joined by line feeds; one space
 * after the colon is dropped; {@code id}, {@code retry} and unknown fields mean nothing here; an event without a data
 * line is none. One deviation: a data line that {@linkplain SseHandler#isWhole is an event by itself} is not joined with
 * the next one.
 *
 * <p>Bytes are copied once, from the JDK's buffers into {@link #buffer}, and an event of one data line, as nearly all
 * are, is handed on from where it lies. No string is made of any payload.
 *
 * @param <T> what the handler makes
 */
public final class SseDecoder<T> implements Decoder<T> {
    /** What one event may measure unless a provider says otherwise: 16 MiB, enough for an image in base64. */
    public static final int DEFAULT_MAX_EVENT_BYTES = 16 << 20;

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ID = {'i', 'd'};
    private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};
    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};
    /** Enough for a stream whose events come one by one, and cheap enough for thousands of them. */
    private static final int SMALL = 512;
    /** Enough for many events that come at once; more at once would not go faster. */
    private static final int LARGE = 8192;

    private final SseHandler<T> handler;
    private final int maxEventBytes;

    /** The bytes of the event that is being read, from its first data line on; all before is forgotten. */
    private byte[] buffer;

    private int limit; // of the bytes in the buffer
    private int line; // where the line begins that is being read
    private int scanned; // up to here there is no line end
    private boolean skipLineFeed; // the last line ended with a CR: a LF now belongs to it
    private boolean first = true; // nothing was read yet, so a byte order mark may come

    private int dataStart = -1; // where the event's data lies in the buffer; -1 while it has none
    private int dataEnd;
    private int filledLines; // of the event's data lines, those that are not empty
    private final EventName name = new EventName();

    /** A decoder that refuses events of more than {@code maxEventBytes}. */
    public SseDecoder(SseHandler<T> handler, int maxEventBytes) {
        this.handler = handler;
        this.maxEventBytes = maxEventBytes;
        this.buffer = new byte[Math.min(SMALL, maxEventBytes)];
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super T> out) {
        while (bytes.hasRemaining() && handler.phase() != Phase.DONE) {
            append(bytes);
            lines(out);
            forget();
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

    /** Takes as many bytes as there is room for, and makes room: for all of them, within reason, and for at least some. */
    private void append(ByteBuffer bytes) {
        if (limit >= maxEventBytes) {
            throw new LlmException(
                    LlmException.Kind.PROTOCOL,
                    "The server sent an event of more than " + maxEventBytes
                            + " bytes; that is no answer of a model, or the bound must be raised.");
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

    /** Steps over a byte order mark. Returns false while it cannot be told whether there is one. */
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
        } else if (colon > line && !is(ID, colon) && !is(RETRY, colon)) { // an empty name is a comment
            handler.unknownLine(buffer, line, end - line);
        }
    }

    private boolean is(byte[] name, int colon) {
        return Arrays.equals(buffer, line, colon, name, 0, name.length);
    }

    /** The first data line stays where it is; a further one is moved up behind it, with a line feed between. */
    private void data(int value, int end, Consumer<? super T> out) {
        if (filledLines == 1 && value < end && handler.isWhole(buffer, dataStart, dataEnd - dataStart)) {
            event(name.takeEarly(), out);
        }
        filledLines += value < end ? 1 : 0;
        if (dataStart < 0) {
            dataStart = value;
            dataEnd = end;
        } else {
            buffer[dataEnd] = '\n'; // there is room: at least the first line's own end
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

    /** Moves what is still needed to the front: the event's data, and the line that is not yet whole. */
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
