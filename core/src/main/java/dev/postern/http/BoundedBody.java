package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of an answer with an error status. It keeps the body up to a bound, and then throws the error. The body
 * only improves the message, so failures while it is read do not change the error.
 */
final class BoundedBody<T> implements Decoder<T> {
    private final Operation<T> operation;
    private final HttpReply head;
    private final byte[] bytes;
    private int size;

    private BoundedBody(Operation<T> operation, HttpReply head, int maxBytes) {
        this.operation = operation;
        this.head = head;
        this.bytes = new byte[maxBytes];
    }

    /** Creates the decoder for the body that follows this head. The body may be compressed. A tap sees its bytes. */
    static <T> Decoder<T> of(Operation<T> operation, HttpReply head, int maxBytes, @Nullable WireTap tap) {
        try {
            Decoder<T> body = new BoundedBody<>(operation, head, maxBytes);
            return Inflating.around(tap == null ? body : tap.around(body), head);
        } catch (LlmException unreadable) {
            return new BoundedBody<>(operation, head, 0); // the status suffices
        }
    }

    @Override
    public void decode(ByteBuffer more, Consumer<? super T> out) {
        int length = Math.min(more.remaining(), bytes.length - size);
        more.get(bytes, size, length);
        size += length;
    }

    @Override
    public void end(Consumer<? super T> out) {
        LlmException failure = operation.error(head.withBody(Arrays.copyOf(bytes, size)));
        throw failure;
    }

    @Override
    public Phase phase() {
        return size < bytes.length ? Phase.ANSWERED : Phase.DONE;
    }
}
