package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The decoder of a whole answer: collects the body, then makes items of it.
 *
 * @param <T> the items
 */
public final class WholeBody<T> implements Decoder<T> {
    /** The default bound for a body: 64 MiB. */
    public static final int DEFAULT_MAX_BYTES = 64 << 20;

    private static final int FIRST_GUESS = 4096;

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
    private byte[] bytes;
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
        long announced = ContentLength.of(head);
        if (announced > maxBytes) {
            throw tooLarge();
        }
        // Allocates 1 MiB at most, as the server may announce more than it sends.
        this.bytes = new byte[(int) Math.min(announced < 0 ? FIRST_GUESS : announced, Math.min(maxBytes, 1 << 20))];
    }

    @Override
    public void decode(ByteBuffer more, Consumer<? super T> out) {
        int length = more.remaining();
        if (length > maxBytes - size) {
            throw tooLarge();
        }
        if (length > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(size + length, bytes.length * 2L)));
        }
        more.get(bytes, size, length);
        size += length;
    }

    private LlmException tooLarge() {
        return new LlmException(
                LlmException.Kind.PROTOCOL,
                "The answer of " + HttpCall.shown(head.uri()) + " is larger than " + maxBytes
                        + " bytes; ask for less, or raise the bound.");
    }

    @Override
    public void end(Consumer<? super T> out) {
        reader.read(head.withBody(size == bytes.length ? bytes : Arrays.copyOf(bytes, size)), out);
    }

    @Override
    public Phase phase() {
        return Phase.OPEN;
    }

    /** A closed JSON object or array is a complete answer, even if the end of the HTTP body is missing. */
    @Override
    public boolean isComplete() {
        return Brackets.close(bytes, 0, size);
    }

    @Override
    public boolean isWhole() {
        return true;
    }
}
