package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Turns the bytes of one answer into items. A plain object without threads: it is called by one thread at a time, each
 * call sees what the one before did, and it never blocks.
 *
 * @param <T> what it makes
 */
public interface Decoder<T> {

    /** How much of the answer has been seen. */
    enum Phase {
        /** More must come; an end now is a cut. */
        OPEN,
        /** The answer is whole, though a little more may follow, such as the usage; an end now is fine. */
        ANSWERED,
        /** The protocol's own end mark was seen; nothing more is expected. */
        DONE
    }

    /**
     * Takes the next bytes. They may end anywhere, even inside a character; the decoder copies what it must keep.
     *
     * @throws LlmException when they are not what the protocol says, or an error of the server stands in them
     */
    void decode(ByteBuffer bytes, Consumer<? super T> out);

    /**
     * There are no more bytes.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} when more should have come
     */
    void end(Consumer<? super T> out);

    /** How much of the answer has been seen. */
    Phase phase();

    /**
     * Whether the exchange may be cut off here without a loss. Asked when it was cut off, and seldom else. The default is
     * true unless the phase is {@link Phase#OPEN}.
     */
    default boolean isComplete() {
        return phase() != Phase.OPEN;
    }

    /**
     * Whether the server sends the answer in one piece, which therefore gives no item before its end: the limits for
     * tokens of {@link dev.postern.Timeouts} do not hold. May change from false to true as bytes come. Default false.
     */
    default boolean isWhole() {
        return false;
    }
}
