package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The decoder of a whole answer: collects the body, then makes items of it.
 *
 * @param <T> the items
 */
public final class WholeBody<T> implements Decoder<T> {
    /** The default bound for a body: 64 MiB. */
    public static final int DEFAULT_MAX_BYTES = 64 << 20;

    /** The size of a part, at most, unless the head announces the length or the bytes of one call are more. */
    private static final int PART = 16 << 10;

    /** The part of an announced length that is reserved at once, as the server may announce more than it sends. */
    private static final int MAX_RESERVED = 1 << 20;

    /**
     * Reads a whole answer.
     *
     * @param <T> the items
     */
    @FunctionalInterface
    public interface Reader<T> {
        /** Makes the items of an answer with its body. */
        void read(HttpReply reply, Consumer<? super T> out);
    }

    private final HttpReply head;
    private final int maxBytes;
    private final Reader<T> reader;
    private final long announced;

    // The body: full parts, and the last part with its free room. Most bodies have one part.
    private final List<byte[]> full = new ArrayList<>(0);
    private byte[] last = {};
    private int inLast;
    private int size;

    /**
     * Creates a decoder of the body that follows this head.
     *
     * @param maxBytes the bound; a larger body fails with {@link LlmException.Kind#PROTOCOL}, before it is read if the
     *     head announces it
     * @param reader makes the items of head and body
     */
    public WholeBody(HttpReply head, int maxBytes, Reader<T> reader) {
        this.head = head;
        this.maxBytes = maxBytes;
        this.reader = reader;
        this.announced = head.contentLength();
        if (announced > maxBytes) {
            throw tooLarge();
        }
    }

    @Override
    public void decode(ByteBuffer more, Consumer<? super T> out) {
        if (more.remaining() > maxBytes - size) {
            throw tooLarge();
        }
        while (more.hasRemaining()) {
            if (inLast == last.length) {
                addPart(more.remaining());
            }
            int length = Math.min(more.remaining(), last.length - inLast);
            more.get(last, inLast, length);
            inLast += length;
            size += length;
        }
    }

    /** Parts instead of a larger array, so that nothing is copied until the length is known. */
    private void addPart(int needed) {
        if (inLast > 0) {
            full.add(last);
        }
        long expected = Math.min(announced - size, MAX_RESERVED);
        last = new byte[(int) Math.max(needed, Math.max(expected, Math.min(size, PART)))];
        inLast = 0;
    }

    /** The bytes so far. They become one part. */
    private byte[] joined() {
        if (size < last.length || !full.isEmpty()) {
            byte[] all = new byte[size];
            int at = 0;
            for (byte[] part : full) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            System.arraycopy(last, 0, all, at, inLast);
            full.clear();
            last = all;
            inLast = size;
        }
        return last;
    }

    private LlmException tooLarge() {
        return new LlmException(
                LlmException.Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(head.uri()) + " is larger than " + maxBytes
                        + " bytes; ask for less, or set a larger limit.");
    }

    @Override
    public void end(Consumer<? super T> out) {
        reader.read(head.withBody(joined()), out);
    }

    @Override
    public Phase phase() {
        return Phase.OPEN;
    }

    /** A closed JSON object or array is a complete answer, even if the end of the HTTP body is missing. */
    @Override
    public boolean isComplete() {
        return Brackets.close(joined(), 0, size);
    }

    @Override
    public boolean isWhole() {
        return true;
    }
}
