package dev.postern.http;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a compressed body for another decoder. It inflates bytes as they are received, so events of a stream are not
 * delayed. Compression is not requested, but some proxies compress nevertheless.
 *
 * <p>Inflated bytes count against the bounds of the other decoder. In addition, the ratio of inflated to received bytes
 * is bounded, as one small chunk could become a thousand times as many bytes.
 *
 * @param <T> the items
 */
final class Inflating<T> implements Decoder<T> {
    private static final int PIECE = 8 << 10;
    /** The ratio is not checked for this many inflated bytes. */
    private static final long FREE = 8L << 20;
    /** The greatest ratio; JSON in which every event repeats the one before stays below 100. */
    private static final int MAX_RATIO = 200;

    private static final int MAX_CODINGS = 2;

    private static final String TEXT = "\t\n\r";
    /** First bytes of JSON that deflated JSON does not begin with. */
    private static final String JSON = "{[";

    private enum State {
        BEGIN,
        HEADER,
        DATA,
        TRAILER,
        /** Between two members of a gzip body, or after its end. */
        BETWEEN,
        /** The body is not compressed, although its head says so. */
        PLAIN,
        /** The rest is ignored. */
        OVER
    }

    private final Decoder<T> inner;
    private final HttpReply head;
    private final boolean gzip;
    private State state = State.BEGIN;
    private GzipFrame frame = new GzipFrame();
    private @Nullable Inflater inflater;
    private byte[] piece = new byte[0];
    private int first = -1; // byte of a deflate body; two bytes identify the format
    private long bytesIn;
    private long bytesOut;

    private Inflating(Decoder<T> inner, HttpReply head, boolean gzip) {
        this.inner = inner;
        this.head = head;
        this.gzip = gzip;
    }

    /**
     * Wraps a decoder so that it gets the inflated body, according to the head. Returns the same decoder if the body is
     * not compressed.
     *
     * @throws LlmException of kind {@link Kind#PROTOCOL} if the encoding is neither gzip nor deflate
     */
    static <T> Decoder<T> around(Decoder<T> decoder, HttpReply head) {
        List<String> headers = head.headers().allValues("content-encoding");
        if (headers.isEmpty()) {
            return decoder;
        }
        Decoder<T> outer = decoder;
        int codings = 0;
        for (String coding : String.join(",", headers).toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = coding.trim();
            if (name.isEmpty() || name.equals("identity")) {
                continue;
            }
            boolean isGzip = name.equals("gzip") || name.equals("x-gzip");
            if (!isGzip && !name.equals("deflate")) {
                throw unreadable(head, name);
            }
            outer = new Inflating<>(outer, head, isGzip);
            if (++codings > MAX_CODINGS) {
                throw unreadable(head, String.join(",", headers));
            }
        }
        return outer;
    }

    private static LlmException unreadable(HttpReply head, String coding) {
        String shown = coding.substring(0, Math.min(coding.length(), 100)).replaceAll("[^ -~]", "?");
        return new LlmException(
                Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(head.uri()) + " is encoded as '" + shown
                        + "'; Postern did not request this encoding. Turn it off in the server or in the proxies on the way.");
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super T> out) {
        try {
            while (bytes.hasRemaining() && inner.phase() != Phase.DONE) {
                int before = bytes.remaining();
                step(bytes, out);
                bytesIn += before - bytes.remaining();
            }
        } catch (DataFormatException e) {
            release();
            if (inner.phase() != Phase.OPEN) { // the status of an error or a finish reason is known, which suffices
                state = State.OVER;
                bytes.position(bytes.limit());
                return;
            }
            throw new LlmException(
                    Kind.PROTOCOL,
                    "The compressed answer of " + HttpCall.shown(head.uri()) + " is corrupt (" + e.getMessage()
                            + "); check the proxies on the way.",
                    e);
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private void step(ByteBuffer bytes, Consumer<? super T> out) throws DataFormatException {
        if (state == State.DATA) {
            inflate(bytes, out);
        } else if (state == State.PLAIN) {
            inner.decode(bytes, out);
        } else if (state == State.BEGIN) {
            begin(bytes, out);
        } else if (state == State.HEADER) {
            if (frame.header(bytes)) {
                state = State.DATA;
                inflater = new Inflater(true);
            }
        } else if (state == State.TRAILER) {
            if (frame.trailer(bytes)) {
                state = State.BETWEEN;
            }
        } else if (state == State.BETWEEN) { // another member, or bytes that are ignored
            frame = new GzipFrame();
            state = bytes.get(bytes.position()) == 0x1F ? State.HEADER : State.OVER;
        } else {
            bytes.position(bytes.limit());
        }
    }

    /** The first byte shows whether the body is compressed: some proxies inflate it and keep the header. */
    private void begin(ByteBuffer bytes, Consumer<? super T> out) throws DataFormatException {
        int next = bytes.get(bytes.position()) & 0xFF;
        boolean isText = gzip
                ? (next >= ' ' && next < 0x7F) || TEXT.indexOf(next) >= 0 || next == 0xEF
                : first < 0 && JSON.indexOf(next) >= 0;
        if (isText) {
            state = State.PLAIN;
        } else if (gzip) {
            state = State.HEADER;
        } else if (first < 0) {
            first = next;
            bytes.get();
        } else {
            startDeflate(next, out);
        }
    }

    /** Deflate in the standard has a zlib header of two bytes; many servers omit it. */
    private void startDeflate(int second, Consumer<? super T> out) throws DataFormatException {
        boolean zlib = (first & 0x0F) == 8 && ((first << 8) | second) % 31 == 0;
        inflater = new Inflater(!zlib);
        state = State.DATA;
        inflate(ByteBuffer.wrap(new byte[] {(byte) first}), out);
    }

    private void inflate(ByteBuffer bytes, Consumer<? super T> out) throws DataFormatException {
        Inflater active = inflater;
        if (active == null) {
            throw new IllegalStateException("decode() after the end");
        }
        if (piece.length == 0) {
            piece = new byte[PIECE];
        }
        int available = bytes.remaining();
        active.setInput(bytes);
        while (inner.phase() != Phase.DONE) {
            int size = active.inflate(piece);
            if (size > 0) {
                frame.data(piece, size);
                bytesOut += size;
                if (bytesOut > FREE && bytesOut / MAX_RATIO > bytesIn + available - bytes.remaining()) {
                    throw new DataFormatException("it becomes more than " + MAX_RATIO + " times as large");
                }
                inner.decode(ByteBuffer.wrap(piece, 0, size), out);
            } else if (active.finished()) {
                release();
                state = gzip ? State.TRAILER : State.OVER;
                return;
            } else if (active.needsDictionary()) {
                throw new DataFormatException("it needs a dictionary");
            } else {
                return; // needs more bytes
            }
        }
    }

    @Override
    public void end(Consumer<? super T> out) {
        release();
        boolean cut = state == State.HEADER || state == State.DATA || (state == State.BEGIN && first >= 0);
        if (cut && !inner.isComplete()) {
            throw new LlmException(
                    Kind.INCOMPLETE_STREAM,
                    "The compressed answer of " + HttpCall.shown(head.uri()) + " was cut off before its end.");
        }
        inner.end(out);
    }

    private void release() {
        Inflater active = inflater;
        if (active != null) {
            inflater = null;
            active.end();
        }
    }

    @Override
    public Phase phase() {
        return inner.phase();
    }

    @Override
    public boolean isComplete() {
        return inner.isComplete();
    }

    @Override
    public boolean isWhole() {
        return inner.isWhole();
    }
}
