package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection with HTTP/2. It reads the bodies of requests, which name the script, and ignores their headers. The streams take
 * turns with one frame each.
 */
final class Http2Connection extends Connection {
    private static final int PREFACE = 24; // bytes that open a connection
    private static final int ROOM = 64 << 10;

    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_CONCURRENT_STREAMS = 3;

    private final Map<Integer, Http2Stream> streams = new HashMap<>();
    /** The streams with frames that are not written yet. */
    private final ArrayDeque<Http2Stream> speaking = new ArrayDeque<>();

    private final ByteBuffer out = ByteBuffer.allocate(2 * ROOM);
    private boolean opened;
    private long window = 65_535;
    private int initialWindow = 65_535;

    Http2Connection(Server server, Wire wire, SelectionKey key) {
        super(server, wire, key);
    }

    @Override
    void received() throws IOException {
        int at = 0;
        if (!opened && length >= PREFACE) {
            opened = true;
            at = PREFACE;
            byte[] setting = ByteBuffer.allocate(6)
                    .putShort((short) MAX_CONCURRENT_STREAMS)
                    .putInt(10_000)
                    .array();
            send(Http2Answer.frame(SETTINGS, 0, setting, 0, setting.length));
        }
        ByteBuffer in = ByteBuffer.wrap(received, 0, length);
        while (opened && length - at >= Http2Answer.FRAME_HEAD) {
            int size = in.getInt(at) >>> 8;
            if (length - at < Http2Answer.FRAME_HEAD + size) {
                break;
            }
            int payload = at + Http2Answer.FRAME_HEAD;
            frame(in.get(at + 3), in.get(at + 4), in.getInt(at + 5), in.slice(payload, size));
            at = payload + size;
        }
        System.arraycopy(received, at, received, 0, length - at);
        length -= at;
        write();
    }

    private void frame(int type, int flags, int id, ByteBuffer payload) {
        switch (type) {
            case Http2Answer.HEADERS -> streams.put(id, new Http2Stream(this, id, initialWindow));
            case Http2Answer.DATA -> data(flags, id, payload);
            case RST_STREAM -> forget(id);
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    settings(payload);
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    byte[] same = new byte[payload.remaining()];
                    payload.get(same);
                    send(Http2Answer.frame(PING, ACK, same, 0, same.length));
                }
            }
            case WINDOW_UPDATE -> {
                Http2Stream stream = streams.get(id);
                if (id == 0) {
                    window += payload.getInt();
                } else if (stream != null) {
                    stream.window += payload.getInt();
                }
            }
            default -> {} // priorities, the end of the connection
        }
    }

    private void settings(ByteBuffer payload) {
        while (payload.remaining() >= 6) {
            int name = payload.getShort();
            int value = payload.getInt();
            if (name == INITIAL_WINDOW_SIZE) {
                for (Http2Stream stream : streams.values()) {
                    stream.window += value - initialWindow;
                }
                initialWindow = value;
            }
        }
        send(Http2Answer.frame(SETTINGS, ACK, new byte[0], 0, 0));
    }

    private void data(int flags, int id, ByteBuffer payload) {
        Http2Stream stream = streams.get(id);
        if (payload.hasRemaining()) { // the client may send as much again
            byte[] more = ByteBuffer.allocate(4).putInt(payload.remaining()).array();
            send(Http2Answer.frame(WINDOW_UPDATE, 0, more, 0, more.length));
        }
        if (stream == null) {
            return;
        }
        stream.body.append(StandardCharsets.ISO_8859_1.decode(payload));
        if ((flags & Http2Answer.END_STREAM) != 0) {
            Http2Answer answer = server.http2Answer(modelOf(stream.body.toString()));
            stream.answer = answer;
            send(id, answer.start());
            if (answer.script().isPaced()) {
                stream.dueNanos = answer.script().firstDue(id);
                server.schedule(stream);
            } else {
                speaking.add(stream);
            }
        }
    }

    /** Appends a frame of the connection. */
    private void send(byte[] frame) {
        if (out.remaining() < frame.length) {
            throw new IllegalStateException("the client does not read");
        }
        out.put(frame);
    }

    /** Appends a frame of this stream. */
    void send(int id, byte[] frame) {
        send(frame);
        out.putInt(out.position() - frame.length + 5, id);
        window -= frame.length - Http2Answer.FRAME_HEAD;
    }

    /** The stream has frames to write. */
    void speak(Http2Stream stream) {
        speaking.add(stream);
    }

    boolean has(int id) {
        return streams.containsKey(id);
    }

    private void forget(int id) {
        Http2Stream stream = streams.remove(id);
        if (stream != null) {
            speaking.remove(stream);
        }
    }

    @Override
    void write() throws IOException {
        for (int idle = 0; idle < speaking.size() && out.position() < ROOM; ) {
            Http2Stream stream = speaking.remove();
            byte[] frame = stream.next();
            int size = frame.length - Http2Answer.FRAME_HEAD;
            if (size > window || size > stream.window) {
                idle++;
                speaking.add(stream);
                continue;
            }
            idle = 0;
            send(stream.id, frame);
            stream.window -= size;
            if (stream.advance()) {
                speaking.add(stream);
            } else {
                streams.remove(stream.id);
            }
        }
        out.flip();
        wire.write(out);
        boolean more = out.hasRemaining() || wire.isPending();
        out.compact();
        await(more || canSpeak());
    }

    private boolean canSpeak() {
        for (Http2Stream stream : speaking) {
            int size = stream.next().length - Http2Answer.FRAME_HEAD;
            if (size <= window && size <= stream.window) {
                return true;
            }
        }
        return false;
    }
}
