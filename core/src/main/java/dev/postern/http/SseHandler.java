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
     * Whether a data line is an event by itself. Asked only when another data line follows it without a blank line between
     * them: the standard then joins the two lines, but some servers separate their events by one line end. If this returns
     * true, the line becomes an event at once, and the next line begins another one. Only the first data line of an event
     * is asked about, so that long events cost no more.
     *
     * <p>The default is true for a JSON object or array from its first bracket to its last. Joined with another line, such
     * a line would not be JSON any more.
     */
    default boolean isWhole(byte[] buffer, int offset, int length) {
        return Brackets.close(buffer, offset, length);
    }

    /**
     * A line that is neither a comment nor a field of the standard. The standard ignores such lines, and so does the
     * default. But a server that writes raw line ends into its JSON, or plain text into a stream, says something in them: a
     * handler that cannot read the event in which they stand can put them behind the event's data, in the order in which
     * they came. Called when the line is read, so before the {@link #event} or {@link #unfinished} to which it belongs. The
     * bytes are lent, without the line end.
     */
    default void unknownLine(byte[] buffer, int offset, int length) {}

    /**
     * There are no more events.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} when more should have come
     */
    void end(Consumer<? super T> out);

    /** How much of the answer has been seen. */
    Decoder.Phase phase();
}
