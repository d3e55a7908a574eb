package dev.postern.http;

import dev.postern.LlmException;
import java.util.function.Consumer;

/**
 * Makes items of server-sent events. The rules of {@link Decoder} about threads and phases apply.
 *
 * @param <T> the items
 */
public interface SseHandler<T> {

    /**
     * Handles one event. The data is in {@code buffer} from {@code offset} on, and is valid during the call only.
     *
     * @param type the name of the event; {@code message} if the server sends none
     */
    void event(String type, byte[] buffer, int offset, int length, Consumer<? super T> out);

    /**
     * Handles the data of an event in which the stream ended. The standard drops it, but some servers omit the last
     * blank line.
     */
    default void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super T> out) {}

    /**
     * Whether a data line is a whole event. Called only if another data line follows without a blank line between them.
     * The standard joins the two lines, but some servers separate events by one line end. If this returns true, the
     * line is an event, and the next line begins another one. Called for the first data line of an event only, so long
     * events cost no more.
     *
     * <p>The default is true for a JSON object or array from the first bracket to the last. Joined with another line,
     * it would not be JSON.
     */
    default boolean isWhole(byte[] buffer, int offset, int length) {
        return Brackets.close(buffer, offset, length);
    }

    /**
     * Handles a line that is neither a comment nor a field of the standard. The standard and the default ignore such
     * lines. They have content if a server writes raw line ends into its JSON, or plain text into a stream. A handler
     * that cannot read the event can append these lines to its data, in their order. Called when the line is read,
     * before the {@link #event} or {@link #unfinished} to which it belongs. The bytes do not include the line end, and
     * are valid during the call only.
     */
    default void unknownLine(byte[] buffer, int offset, int length) {}

    /**
     * There are no more events.
     *
     * @throws LlmException of kind {@link LlmException.Kind#INCOMPLETE_STREAM} if the answer is not complete
     */
    void end(Consumer<? super T> out);

    /** How much of the answer was handled. */
    Decoder.Phase phase();
}
