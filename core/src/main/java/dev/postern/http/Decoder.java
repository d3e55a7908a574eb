package dev.postern.http;

import dev.postern.LlmException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Decodes the bytes of one answer into items. It is called by one thread at a time, each call sees the effects of the
 * one before, and it must not block.
 *
 * @param <T> the items
 */
public interface Decoder<T> {

    /** How much of the answer was decoded. */
    enum Phase {
        /** More must follow; an end now is a cut. */
        OPEN,
        /** The answer is complete. More may follow, such as the usage; an end now is a success. */
        ANSWERED,
        /** The end mark of the protocol was decoded; nothing more is expected. */
        DONE
    }

    /**
     * Decodes the next bytes. They may end anywhere, even inside a character. The decoder copies the bytes that it
     * keeps.
     *
     * @throws LlmException if they violate the protocol, or contain an error of the server
     */
    void decode(ByteBuffer bytes, Consumer<? super T> out);

    /**
     * There are no more bytes.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} if the answer is not complete
     */
    void end(Consumer<? super T> out);

    /** How much of the answer was decoded. */
    Phase phase();

    /**
     * Whether a cut of the exchange at this point loses nothing. Called mainly after a cut. The default is true unless
     * the phase is {@link Phase#OPEN}.
     */
    default boolean isComplete() {
        return phase() != Phase.OPEN;
    }

    /**
     * Whether the server sends the answer in one piece, so there is no item before its end, and the limits for tokens
     * of {@link dev.postern.Timeouts} do not apply. May change from false to true while bytes are decoded. Default
     * false.
     */
    default boolean isWhole() {
        return false;
    }
}
