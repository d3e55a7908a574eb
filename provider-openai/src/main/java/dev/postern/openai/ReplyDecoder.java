package dev.postern.openai;

import dev.postern.StreamEvent;
import dev.postern.http.Decoder;
import dev.postern.http.HttpReply;
import dev.postern.http.SseDecoder;
import dev.postern.http.WholeBody;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an answer as what it is, not as what was asked for: some servers stream to those who did not ask, others answer
 * whole to those who asked for a stream, and the content type says neither reliably. The first byte tells: a line of
 * server-sent events begins with a colon or with the name of a field; JSON, web pages and nearly all sentences do not.
 */
final class ReplyDecoder implements Decoder<StreamEvent> {
    /** Of a comment, {@code data}, {@code event} or llama.cpp's {@code error}, {@code id}, {@code retry}. */
    private static final String FIRST_OF_EVENTS = ":deir";

    private static final String BEFORE_ALL = " \n\r\t\u00EF\u00BB\u00BF";

    private final HttpReply head;
    private final ChatReader reader;
    private final Bounds bounds;
    private @Nullable Decoder<StreamEvent> chosen;

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
        }
        if (decoder != null) {
            decoder.decode(bytes, out);
        }
    }

    /**
     * Looks for the first byte that is neither white space nor of a byte order mark; DeepSeek sends blank lines to keep the
     * connection alive.
     */
    private @Nullable Decoder<StreamEvent> choose(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get(bytes.position());
            if (BEFORE_ALL.indexOf(next & 0xFF) < 0) {
                chosen = FIRST_OF_EVENTS.indexOf(next) >= 0
                        ? new SseDecoder<>(reader, bounds.event())
                        : new WholeBody<>(head, bounds.body(), (reply, out) -> reader.whole(reply.body(), out));
                return chosen;
            }
            bytes.get();
        }
        return null;
    }

    @Override
    public void end(Consumer<? super StreamEvent> out) {
        Decoder<StreamEvent> decoder = chosen;
        if (decoder == null) {
            throw reader.empty(head.status());
        } else {
            decoder.end(out);
        }
    }

    @Override
    public Phase phase() {
        Decoder<StreamEvent> decoder = chosen;
        return decoder == null ? Phase.OPEN : decoder.phase();
    }

    @Override
    public boolean isWhole() {
        Decoder<StreamEvent> decoder = chosen;
        return decoder != null && decoder.isWhole();
    }
}
