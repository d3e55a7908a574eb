package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A connection with HTTP/1.1: one answer at a time. */
final class Http1Connection extends Connection implements Connection.Paced {
    private static final int AT_ONCE = 256 << 10; // bytes; then another connection gets its turn
    private static int opened;

    private final int number = opened++;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private @Nullable Answer paced;
    private int said;
    private long dueNanos;

    Http1Connection(Server server, Wire wire, SelectionKey key) {
        super(server, wire, key);
    }

    @Override
    public long dueNanos() {
        return dueNanos;
    }

    @Override
    void received() throws IOException {
        int head = headLength();
        if (head < 0) {
            return;
        }
        String lines = new String(received, 0, head, StandardCharsets.ISO_8859_1);
        int whole = head + contentLength(lines);
        if (length >= whole) {
            String body = new String(received, head, whole - head, StandardCharsets.ISO_8859_1);
            length = 0; // no client sends the next request before the answer
            answer(lines, body);
        }
    }

    private int headLength() {
        for (int i = 3; i < length; i++) {
            if (received[i] == '\n' && received[i - 1] == '\r' && received[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static int contentLength(String head) {
        String name = "\ncontent-length:";
        int at = head.toLowerCase(Locale.ROOT).indexOf(name);
        return at < 0
                ? 0
                : Integer.parseInt(head.substring(at + name.length(), head.indexOf('\r', at + 1))
                        .trim());
    }

    private void answer(String head, String body) throws IOException {
        if (head.startsWith("GET /cpu")) {
            out = server.cpu();
            write();
            return;
        }
        int bedrock = head.indexOf("/model/");
        String model = bedrock >= 0 ? head.substring(bedrock + 7, head.indexOf('/', bedrock + 7)) : modelOf(body);
        Answer answer = server.answer(model, bedrock >= 0);
        out = answer.start().duplicate();
        write();
        if (answer.script().isPaced()) {
            paced = answer;
            said = 0;
            dueNanos = answer.script().firstDue(number);
            server.schedule(this);
        }
    }

    @Override
    public boolean sayNext() throws IOException {
        Answer answer = paced;
        if (answer == null || !isOpen()) {
            return false;
        }
        if (said == answer.script().count()) {
            paced = null;
            say(answer.end());
            return false;
        }
        said++;
        say(answer.piece(System.nanoTime() / 1000));
        dueNanos += answer.script().periodMicros() * 1000;
        return true;
    }

    private void say(byte[] bytes) throws IOException {
        ByteBuffer now = ByteBuffer.wrap(bytes);
        if (!out.hasRemaining()) {
            wire.write(now);
        }
        if (now.hasRemaining()) { // the client is slow: the rest is copied, because all connections share the piece
            ByteBuffer kept = ByteBuffer.allocate(out.remaining() + now.remaining());
            out = kept.put(out).put(now).flip();
        }
        await(out.hasRemaining() || wire.isPending());
    }

    @Override
    void write() throws IOException {
        int end = out.limit();
        out.limit(Math.min(end, out.position() + AT_ONCE));
        wire.write(out);
        out.limit(end);
        await(out.hasRemaining() || wire.isPending());
    }

    @Override
    void close() {
        super.close();
        paced = null;
    }
}
