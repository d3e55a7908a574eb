package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One client's connection. It reads a request and writes the answer. Only the server's thread uses it. */
final class Connection implements Comparable<Connection> {
    private static final int AT_ONCE = 256 << 10; // bytes; then another connection gets its turn
    private static int opened;

    private final Server server;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final int number = opened++;
    private byte[] request = new byte[1024];
    private int length;
    private ByteBuffer out = ByteBuffer.allocate(0);
    private @Nullable Answer paced;
    private int said;
    private long dueNanos;

    Connection(Server server, SocketChannel channel, SelectionKey key) {
        this.server = server;
        this.channel = channel;
        this.key = key;
    }

    long dueNanos() {
        return dueNanos;
    }

    @Override
    public int compareTo(Connection other) {
        return Long.compare(dueNanos, other.dueNanos);
    }

    void read(ByteBuffer in) throws IOException {
        int count = channel.read(in);
        if (count < 0) {
            close();
            return;
        }
        if (length + count > request.length) {
            request = Arrays.copyOf(request, Math.max(length + count, request.length * 2));
        }
        in.flip().get(request, length, count);
        length += count;
        int head = headLength();
        if (head < 0) {
            return;
        }
        String lines = new String(request, 0, head, StandardCharsets.ISO_8859_1);
        int whole = head + contentLength(lines);
        if (length >= whole) {
            String body = new String(request, head, whole - head, StandardCharsets.ISO_8859_1);
            length = 0; // no client sends the next request before the answer
            answer(lines, body);
        }
    }

    private int headLength() {
        for (int i = 3; i < length; i++) {
            if (request[i] == '\n' && request[i - 1] == '\r' && request[i - 2] == '\n') {
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
            long period = answer.script().periodMicros() * 1000;
            dueNanos =
                    System.nanoTime() + (long) (number * 0.618 % 1 * period); // spreads the connections over the period
            server.schedule(this);
        }
    }

    /** The string behind the field's name; there may be white space around the colon. */
    private static String modelOf(String body) {
        int name = body.indexOf("\"model\"");
        if (name < 0) {
            throw new IllegalArgumentException("no model in: " + body);
        }
        int from = body.indexOf('"', name + 7) + 1;
        return body.substring(from, body.indexOf('"', from));
    }

    /** Writes the next piece of a paced answer. Returns whether another one follows. */
    boolean sayNext() throws IOException {
        Answer answer = paced;
        if (answer == null || !key.isValid()) {
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
            channel.write(now);
        }
        if (now.hasRemaining()) { // the client is slow: the rest is copied, because all connections share the piece
            ByteBuffer kept = ByteBuffer.allocate(out.remaining() + now.remaining());
            out = kept.put(out).put(now).flip();
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    void write() throws IOException {
        int end = out.limit();
        out.limit(Math.min(end, out.position() + AT_ONCE));
        channel.write(out);
        out.limit(end);
        int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    void close() {
        key.cancel();
        paced = null;
        try {
            channel.close();
        } catch (IOException e) {
            // already closed
        }
    }
}
