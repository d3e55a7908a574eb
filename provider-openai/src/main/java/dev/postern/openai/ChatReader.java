package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.http.Decoder.Phase;
import dev.postern.http.SseHandler;
import dev.postern.json.Json;
import dev.postern.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a stream, or a whole answer: finds out which of them are chunks, errors, signs of life or the end
 * mark. {@link AnswerReader} reads the chunks.
 *
 * <p>The end is decided by what was seen: an error means failure; else a finish reason or {@code [DONE]} means success, if
 * there was a choice; else the stream was cut.
 */
final class ChatReader implements SseHandler<StreamEvent> {
    private static final String MESSAGE = "message";
    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    /** Of lines that belong to no event, so much is kept for a failure. */
    private static final int MAX_UNKNOWN = 4096;

    private final ChatErrorReader errors;
    private final AnswerReader answer;
    private boolean done;
    private byte @Nullable [] half; // an event that broke off, although a blank line follows it
    /** Lines without a field since the last event: part of an event whose text has raw line ends in it. */
    private final ByteArrayOutputStream unknownLines = new ByteArrayOutputStream(0);

    private boolean hasUnknownLines;

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
        if (half != null && !Heartbeat.isData(buffer, from, to)) {
            throw broken(half, type, Arrays.copyOfRange(buffer, from, to));
        }
        if (from < to && buffer[from] == '{' && type.equals(MESSAGE)) { // nearly always
            object(buffer, from, to - from, out);
        } else {
            other(type, buffer, from, to, out);
        }
        if (hasUnknownLines) { // asking the stream for its size would take its lock
            forgetUnknownLines();
        }
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
                // Nothing but an object is a chunk: Gemini sends errors as arrays, Gaudi's TGI as a Python literal.
                error(Arrays.copyOfRange(buffer, from, to), out);
            }
        }
    }

    private void object(byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        try {
            answer.chunk(buffer, offset, length, out);
        } catch (LlmException e) { // such as a bound that the answer has exceeded
            throw answer.withPaid(e);
        } catch (JsonException e) {
            byte[] payload = Arrays.copyOfRange(buffer, offset, offset + length);
            byte[] rest = salvage(withUnknownLines(payload), out);
            if (rest.length > 0 && e.truncated()) {
                half = rest; // the next event may say why
            } else if (rest.length > 0) {
                throw answer.failed(errors.notAnEvent(rest));
            }
        }
    }

    /** An event broke off: the one after it is the error that did it, or there is no reason to be had. */
    private LlmException broken(byte[] halfEvent, String type, byte[] next) {
        boolean isError = type.equals("error") || (isJson(next) && errors.isError(next));
        return answer.failed(isError ? errors.inStream(next) : errors.notAnEvent(halfEvent));
    }

    /** An event that is no object, or is named an error. It may still be several events, of which some are signs of life. */
    private void error(byte[] payload, Consumer<? super StreamEvent> out) {
        byte[] error = isJson(payload) ? payload : salvage(withUnknownLines(payload), out);
        if (error.length > 0) {
            throw answer.failed(errors.inStream(error));
        }
    }

    /**
     * Makes the best of an event that is no JSON: reads the lines of it that are events by themselves.
     *
     * @return what follows them; empty if that is nothing
     * @throws LlmException if that is an error
     */
    private byte[] salvage(byte[] payload, Consumer<? super StreamEvent> out) {
        MalformedEvent broken = new MalformedEvent(payload);
        for (byte[] line : broken.events()) {
            if (!done) {
                event(MESSAGE, line, 0, line.length, out);
            }
        }
        byte[] error = broken.error();
        if (error != null) {
            throw answer.failed(errors.inStream(error));
        }
        return broken.rest();
    }

    /** A line that is no field. The next event can tell whether it belongs to it. */
    @Override
    public void unknownLine(byte[] buffer, int offset, int length) {
        hasUnknownLines = true;
        if (unknownLines.size() < MAX_UNKNOWN) {
            unknownLines.write('\n');
            unknownLines.write(buffer, offset, Math.min(length, MAX_UNKNOWN - unknownLines.size()));
        }
    }

    private void forgetUnknownLines() {
        unknownLines.reset();
        hasUnknownLines = false;
    }

    private byte[] withUnknownLines(byte[] payload) {
        byte[] more = unknownLines.toByteArray();
        forgetUnknownLines();
        byte[] all = Arrays.copyOf(payload, payload.length + more.length);
        System.arraycopy(more, 0, all, payload.length, more.length);
        return all;
    }

    /** A stream may end inside its last event: one that forgot the blank line is whole, one that was cut is not. */
    @Override
    public void unfinished(String type, byte[] buffer, int offset, int length, Consumer<? super StreamEvent> out) {
        byte[] data = Arrays.copyOfRange(buffer, offset, offset + length);
        if (isDone(data, 0, length) || Heartbeat.isData(data, 0, length) || isJson(data)) {
            event(type, data, 0, length, out);
        } else if (salvage(withUnknownLines(data), out).length > 0 && !answer.isFinished()) {
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

    /** An answer that came whole. Nothing of it goes out before all was read, or it could not be asked for again. */
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
            throw e.truncated() ? errors.cut() : errors.notJson(body);
        }
        events.forEach(out);
    }

    /** The server answered with nothing at all. */
    LlmException empty(int status) {
        return errors.empty(status);
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        answer.noMoreChunks(out);
        if (!answer.sawChoice()) {
            throw nothingSeen();
        }
        if (!answer.isFinished() && !done) {
            throw errors.cut();
        }
        answer.complete(out);
    }

    private LlmException nothingSeen() {
        byte[] strange = answer.strange();
        if (strange != null) {
            return errors.noChoices(strange);
        }
        if (hasUnknownLines) {
            return errors.notJson(withUnknownLines(new byte[0]));
        }
        return done ? errors.noAnswer() : errors.cut();
    }

    @Override
    public Phase phase() {
        return done ? Phase.DONE : answer.isFinished() ? Phase.ANSWERED : Phase.OPEN;
    }
}
