package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The body of an answer whose status is no success: as much of it as the bound allows, then the error that it means. It
 * is read to give a better message, so whatever goes wrong on the way ends in that same error.
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

    /** The same for the body that follows this head, which may be compressed. */
    static <T> Decoder<T> of(Operation<T> operation, HttpReply head, int maxBytes) {
        try {
            return Inflating.around(new BoundedBody<>(operation, head, maxBytes), head);
        } catch (LlmException unreadable) {
            return new BoundedBody<>(operation, head, 0); // the status says enough
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
