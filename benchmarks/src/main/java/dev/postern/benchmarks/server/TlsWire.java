package dev.postern.benchmarks.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** TLS over a socket. Each call of {@link #write} makes records of its own, as a server does that flushes each event. */
final class TlsWire implements Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int ROOM = 32 << 10; // less than the reader's buffer, so no decrypted byte is left over

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer in = ByteBuffer.allocate(ROOM);
    private ByteBuffer out = ByteBuffer.allocate(2 * ROOM).flip();

    TlsWire(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        int count = channel.read(in);
        if (count < 0) {
            return -1;
        }
        in.flip();
        while (true) {
            SSLEngineResult result = engine.unwrap(in, into);
            if (result.getStatus() == Status.CLOSED) {
                return -1;
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks();
            }
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                write(NOTHING);
                if (isPending()) {
                    break; // the socket is full; the rest is read later
                }
            } else if (result.getStatus() == Status.BUFFER_UNDERFLOW || !in.hasRemaining()) {
                break;
            }
        }
        in.compact();
        return into.position() - before;
    }

    private void runTasks() {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
            task.run();
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        channel.write(out);
        while (!out.hasRemaining()
                && (bytes.hasRemaining() || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP)) {
            encrypt(bytes);
            channel.write(out);
        }
    }

    private void encrypt(ByteBuffer bytes) throws IOException {
        out.clear();
        SSLEngineResult result;
        do {
            result = engine.wrap(bytes, out);
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks();
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW && out.position() == 0) {
                out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() + out.capacity());
            } else if (result.getStatus() != Status.OK) {
                break;
            }
        } while (bytes.hasRemaining() || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        out.flip();
        if (result.getStatus() == Status.CLOSED) {
            throw new IOException("the client closed TLS");
        }
    }

    @Override
    public boolean isPending() {
        return out.hasRemaining();
    }
}
