package dev.postern.http;

import dev.postern.LlmException;
import java.util.function.Consumer;

/**
 * Makes items of server-sent events. What {@link Decoder} says about threads and phases holds here too.
 *
 * @param <T> what it makes
 */
public interface SseHandler<T> {

    /**
     * One event. The data is lent: it lies in {@code buffer} from {@code offset} on and is gone after the return.
     *
     * @param type the event's name; {@code message} when the server gives none
     */
    void event(String type, byte[] buffer, int offset, int length, Consumer<? super T> out);

    /**
     * The stream ended inside an event, whose data so far this is. By the letter of the standard it is dropped; some
     * servers forget the last blank line.
     */
    default void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super T> out) {}

    /**
     * There are no more events.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} when more should have come
     */
    void end(Consumer<? super T> out);

    /** How much of the answer has been seen. */
    Decoder.Phase phase();
}
