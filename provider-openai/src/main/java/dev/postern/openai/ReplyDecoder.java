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
 * Decodes an answer as what it is, not as what was asked for: some servers stream to those who did not ask, others answer
 * whole to those who asked for a stream, and the content type says neither reliably. So JSON and web pages are whole
 * answers always, and a line that begins with a colon or with the name of a field is an event always. What is neither is
 * what the content type says: a stream may begin with a field that nobody knows, and a sentence may begin like a field.
 */
final class ReplyDecoder implements Decoder<StreamEvent> {
    /** {@code error} is llama.cpp's. */
    private static final List<String> FIELDS = List.of("data", "event", "id", "retry", "error");

    private static final int LONGEST_FIELD = 5;
    private static final String FIRST_OF_WHOLE = "{[<";
    private static final String BEFORE_ALL = " \n\r\t\u00EF\u00BB\u00BF";

    private final HttpReply head;
    private final ChatReader reader;
    private final Bounds bounds;
    private @Nullable Decoder<StreamEvent> chosen;
    /** The bytes of what may become the name of a field. */
    private final byte[] name = new byte[LONGEST_FIELD];

    private int length;

    /**
     * How large an answer may be.
     *
     * @param event an event of a stream, in bytes
     * @param body a whole answer, in bytes
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
     * Looks for the first byte that is neither white space nor of a byte order mark; DeepSeek sends blank lines to keep the
     * connection alive. Then, if need be, for the end of a name.
     */
    private @Nullable Decoder<StreamEvent> choose(ByteBuffer bytes) {
        for (; bytes.hasRemaining(); bytes.get()) {
            byte next = bytes.get(bytes.position());
            if (length > 0 || BEFORE_ALL.indexOf(next & 0xFF) < 0) {
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

    /** Whether the answer is whole, as this byte behind those of {@link #name} tells. */
    private boolean isWhole(byte next) {
        if (length == 0 && FIRST_OF_WHOLE.indexOf(next) >= 0) {
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
        decoder.decode(ByteBuffer.wrap(name, 0, length), out);
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        if (chosen == null && length == 0) {
            throw reader.empty(head.status());
        }
        Decoder<StreamEvent> decoder = chosen;
        if (decoder == null) { // it ends in what could have been a name
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
