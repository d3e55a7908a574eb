package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.SseHandler;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a stream, or a whole answer. It distinguishes chunks, errors, keep-alives and the end mark;
 * {@link AnswerReader} reads the chunks.
 *
 * <p>An error is a failure. A stream with a choice and with a finish reason or {@code [DONE]} is a success. Any other
 * stream was cut off.
 */
final class ChatReader implements SseHandler<StreamEvent> {
    private static final String MESSAGE = "message";
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final ChatErrorReader errors;
    private final AnswerReader answer;
    private boolean done;
    private byte @Nullable [] truncated; // an event whose JSON ends too early, although a blank line follows it
    private final UnknownLines unknownLines = new UnknownLines();

    ChatReader(ChatErrorReader errors, AnswerReader answer) {
        this.errors = errors;
        this.answer = answer;
    }

    @Override
    public void event(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        int from = offset;
        int to = offset + length;
        while (from < to && buffer[from] <= ' ' && buffer[from] >= 0) {
            from++;
        }
        while (from < to && buffer[to - 1] <= ' ' && buffer[to - 1] >= 0) {
            to--;
        }
        if (truncated != null && !Heartbeat.isData(buffer, from, to)) {
            throw afterTruncated(truncated, type, Arrays.copyOfRange(buffer, from, to));
        }
        if (from < to && buffer[from] == '{' && type.equals(MESSAGE)) { // nearly always
            object(buffer, from, to - from, out);
        } else {
            other(type, buffer, from, to, out);
        }
        unknownLines.clear();
    }

    private void other(String type, byte[] buffer, int from, int to, Consumer<? super StreamEvent> out) {
        if (isDone(buffer, from, to)) {
            done = true;
        } else if (type.equals("error") && from < to) {
            error(Arrays.copyOfRange(buffer, from, to), out);
        } else if (!Heartbeat.isName(type)) {
            if (from < to && buffer[from] == '{') {
                object(buffer, from, to - from, out);
            } else if (!Heartbeat.isData(buffer, from, to)) {
                // Only an object is a chunk. Gemini sends errors as arrays, TGI on Gaudi as a Python literal.
                error(Arrays.copyOfRange(buffer, from, to), out);
            }
        }
    }

    private void object(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        try {
            answer.chunk(buffer, offset, length, out);
        } catch (LlmException e) { // for example, the answer exceeded a size limit
            throw answer.withPartialAnswer(e);
        } catch (JsonException e) {
            byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
            byte[] rest = recover(unknownLines.takeAfter(payload), out);
            if (rest.length > 0 && e.truncated()) {
                truncated = rest; // the next event may be the error that caused it
            } else if (rest.length > 0) {
                throw answer.failed(errors.notAnEvent(rest));
            }
        }
    }

    /** Returns the error that the event after a truncated one contains, else a failure that shows the truncated one. */
    private LlmException afterTruncated(byte[] event, String type, byte[] next) {
        boolean isError = type.equals("error") || (isJson(next) && errors.isError(next));
        return answer.failed(isError ? errors.inStream(next) : errors.notAnEvent(event));
    }

    /**
     * Handles an event that is not an object or has the type error. It may consist of several events, some of them
     * keep-alives.
     */
    private void error(byte[] payload, Consumer<? super StreamEvent> out) {
        byte[] error = isJson(payload) ? payload : recover(unknownLines.takeAfter(payload), out);
        if (error.length > 0) {
            throw answer.failed(errors.inStream(error));
        }
    }

    /**
     * Recovers from an event that is not JSON: reads the lines at its beginning that are complete events.
     *
     * @return the rest of the event, maybe empty
     * @throws LlmException if the rest contains an error
     */
    private byte[] recover(byte[] payload, Consumer<? super StreamEvent> out) {
        MalformedEvent malformed = new MalformedEvent(payload);
        for (byte[] line : malformed.events()) {
            if (!done) {
                event(MESSAGE, line, 0, line.length, out);
            }
        }
        byte[] error = malformed.error();
        if (error != null) {
            throw answer.failed(errors.inStream(error));
        }
        return malformed.rest();
    }

    /** Keeps a line that is not a field, because it may belong to the next event. */
    @Override
    public void unknownLine(byte[] buffer, int offset, int length) {
        unknownLines.add(buffer, offset, length);
    }

    /** Reads a last event without a blank line after it. It is complete if its data is valid, otherwise cut off. */
    @Override
    public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
        if (isDone(data, 0, length) || Heartbeat.isData(data, 0, length) || isJson(data)) {
            event(type, data, 0, length, out);
        } else if (recover(unknownLines.takeAfter(data), out).length > 0 && !answer.isFinished()) {
            throw errors.cut();
        }
    }

    private static boolean isDone(byte[] buffer, int from, int to) {
        return Arrays.equals(buffer, from, to, DONE, 0, DONE.length);
    }

    private static boolean isJson(byte[] data) {
        try {
            Json.parse(data);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /**
     * Reads a whole answer. It emits nothing before it has read everything; otherwise a failed request could not be
     * retried.
     */
    void whole(byte[] body, Consumer<? super StreamEvent> out) {
        if (body[0] == '[') {
            throw errors.inStream(body); // Gemini sends errors as arrays
        }
        if (body[0] != '{') {
            throw errors.notJson(body);
        }
        List<StreamEvent> events;
        try {
            events = answer.whole(body);
        } catch (JsonException e) {
            throw e.truncated() ? errors.cutJson() : errors.notJson(body);
        }
        events.forEach(out);
    }

    /** The failure for an empty body. */
    LlmException empty(int status) {
        return errors.empty(status);
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        answer.noMoreChunks(out);
        if (!answer.sawChoice()) {
            throw withoutChoice();
        }
        if (!answer.isFinished() && !done) {
            throw errors.cut();
        }
        answer.complete(out);
    }

    private LlmException withoutChoice() {
        byte[] unknown = answer.unknownObject();
        if (unknown != null) {
            return errors.noChoices(unknown);
        }
        if (!unknownLines.isEmpty()) {
            return errors.notJson(unknownLines.takeAfter(new byte[0]));
        }
        return done ? errors.noAnswer() : errors.cut();
    }

    @Override
    public Phase phase() {
        return done ? Phase.DONE : answer.isFinished() ? Phase.ANSWERED : Phase.OPEN;
    }
}
