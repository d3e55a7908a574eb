package dev.postern.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One connection: either registered with the selector of its server, or in blocking mode and used by one worker. */
final class ServerConnection implements Runnable {
    private final ScriptedServer server;
    private final SocketChannel channel;
    private final RequestReader reader;
    private volatile @Nullable WireExchange last;

    ServerConnection(ScriptedServer server, SocketChannel channel) {
        this.server = server;
        this.channel = channel;
        this.reader = new RequestReader(channel);
    }

    SocketChannel channel() {
        return channel;
    }

    /** The selector watches this connection from now on. */
    void watched() {
        try {
            channel.configureBlocking(false);
            server.register(this, channel);
        } catch (IOException e) {
            peerClosed();
        }
    }

    /** The selector has found bytes, or the end. */
    void readable(SelectionKey key) {
        WireExchange exchange = last;
        if (exchange != null && exchange.isHeld()) {
            try {
                if (channel.read(ByteBuffer.allocate(1024)) < 0) {
                    peerClosed();
                }
            } catch (IOException e) { // a reset counts as a close
                peerClosed();
            }
        } else {
            key.cancel();
            server.serve(this);
        }
    }

    @Override
    public void run() {
        try {
            channel.configureBlocking(true);
            WireRequest request = reader.next();
            WireExchange before = last;
            if (request == null || (before != null && before.isLast())) {
                peerClosed();
                return;
            }
            WireExchange exchange = new WireExchange(this, request);
            last = exchange;
            server.answer(exchange);
            if (channel.isOpen()) {
                server.park(this);
            }
        } catch (IOException e) {
            peerClosed();
        } catch (Throwable thrown) {
            server.failed(thrown);
            close();
        }
    }

    void peerClosed() {
        close();
        WireExchange exchange = last;
        if (exchange != null) {
            exchange.peerClosed().complete(null);
        }
    }

    void close() {
        server.closed(this);
        try {
            channel.close();
        } catch (IOException e) {
            // the channel is closed in any case
        }
    }
}
