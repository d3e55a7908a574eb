package dev.postern.openai;

import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpReply;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects from the first bytes whether an answer is a stream or whole, and decodes it. The request and the content type
 * are not reliable: some servers stream without being asked, others send a whole answer although a stream was
 * requested. JSON and web pages are whole answers. A line that begins with a colon or with the name of an SSE field is
 * the beginning of a stream. In all other cases the content type decides: a stream may begin with an unknown field, and
 * a sentence may begin like a field.
 */
final class ReplyDecoder implements Decoder<StreamEvent> {
    /** The names of SSE fields, and {@code error}, which llama.cpp sends. */
    private static final List<String> FIELDS = List.of("data", "event", "id", "retry", "error");

    private static final int LONGEST_FIELD = 5;
    private static final String WHOLE_ANSWER_START = "{[<";
    /** White space and the bytes of a byte order mark. */
    private static final String SKIPPED = " \n\r\t\u00EF\u00BB\u00BF";

    private final HttpReply head;
    private final ChatReader reader;
    private final Bounds bounds;
    private @Nullable Decoder<StreamEvent> chosen;
    /** The bytes read so far that may be the beginning of a field's name. */
    private final byte[] name = new byte[LONGEST_FIELD];

    private int length;

    /**
     * The maximum sizes of an answer.
     *
     * @param event the maximum size of one event of a stream, in bytes
     * @param body the maximum size of a whole answer, in bytes
     */
    record Bounds(int event, int body) {}

    ReplyDecoder(HttpReply head, ChatReader reader, Bounds bounds) {
        this.head = head;
        this.reader = reader;
        this.bounds = bounds;
    }

    @Override
    public void decode(ByteBuffer bytes, Consumer<? super StreamEvent> out) {
        Decoder<StreamEvent> decoder = chosen;
        if (decoder == null) {
            decoder = choose(bytes);
            if (decoder == null) {
                return;
            }
            start(decoder, out);
        }
        decoder.decode(bytes, out);
    }

    /**
     * Skips white space and a byte order mark; DeepSeek sends blank lines to keep the connection alive. Then reads
     * until the bytes show whether the answer is whole. Returns null if more bytes are needed.
     */
    private @Nullable Decoder<StreamEvent> choose(ByteBuffer bytes) {
        for (; bytes.hasRemaining(); bytes.get()) {
            byte next = bytes.get(bytes.position());
            if (length > 0 || SKIPPED.indexOf(next & 0xFF) < 0) {
                if (isWhole(next)) {
                    return whole();
                }
                if (next == ':' || isEventStream()) {
                    return new SseDecoder<>(reader, bounds.event());
                }
                name[length++] = next;
            }
        }
        return null;
    }

    /** Whether {@link #name} and this next byte show that the answer is whole. */
    private boolean isWhole(byte next) {
        if (length == 0 && WHOLE_ANSWER_START.indexOf(next) >= 0) {
            return true;
        }
        if (isEventStream()) {
            return false;
        }
        String soFar = new String(name, 0, length, StandardCharsets.ISO_8859_1);
        String more = soFar + (char) (next & 0xFF);
        return next == ':'
                ? length > 0 && !FIELDS.contains(soFar)
                : FIELDS.stream().noneMatch(field -> field.startsWith(more));
    }

    private boolean isEventStream() {
        return head.mediaType().equals("text/event-stream");
    }

    private Decoder<StreamEvent> whole() {
        return new WholeBody<>(head, bounds.body(), (reply, out) -> reader.whole(reply.body(), out));
    }

    private void start(Decoder<StreamEvent> decoder, Consumer<? super StreamEvent> out) {
        chosen = decoder;
        if (length > 0) {
            decoder.decode(ByteBuffer.wrap(name, 0, length), out);
        }
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        if (chosen == null && length == 0) {
            throw reader.empty(head.status());
        }
        Decoder<StreamEvent> decoder = chosen;
        if (decoder == null) { // the answer ended while its bytes could still be the name of a field
            decoder = whole();
            start(decoder, out);
        }
        decoder.end(out);
    }

    @Override
    public Phase phase() {
        Decoder<StreamEvent> decoder = chosen;
        return decoder == null ? Phase.OPEN : decoder.phase();
    }

    @Override
    public boolean isComplete() {
        Decoder<StreamEvent> decoder = chosen;
        return decoder != null && decoder.isComplete();
    }

    @Override
    public boolean isWhole() {
        Decoder<StreamEvent> decoder = chosen;
        return decoder != null && decoder.isWhole();
    }
}
