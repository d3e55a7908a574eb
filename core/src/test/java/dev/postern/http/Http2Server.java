package dev.postern.http;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * The smallest server for HTTP/2 over TLS (RFC 9113): it answers each request with status 200 and the text that a
 * script sends, a frame each. It ignores flow control, so bodies must stay below 64 KiB.
 */
final class Http2Server implements AutoCloseable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    /** {@code :status: 200}, entry 8 of HPACK's static table. */
    private static final byte[] STATUS_200 = {(byte) 0x88};

    /** What answers a request. Runs on a thread of its own. */
    @FunctionalInterface
    interface Script {
        void answer(Answer answer) throws Exception;
    }

    /** The body of one answer. */
    interface Answer {
        /** Sends a part of the body. */
        void send(String text) throws IOException;
    }

    private final Script script;
    private final SSLServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    Http2Server(SSLContext tls, Script script) {
        this.script = script;
        try {
            listener = (SSLServerSocket)
                    tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        listener.setSSLParameters(parameters);
        threads.execute(this::acceptAll);
    }

    URI uri() {
        return URI.create("https://localhost:" + listener.getLocalPort() + "/");
    }

    int connections() {
        return accepted.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                accepted.incrementAndGet();
                threads.execute(() -> serve(socket));
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readFully(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length()]);
            write(out, SETTINGS, 0, 0, new byte[0]);
            while (true) {
                int first = in.readInt(); // 24 bits of length, 8 of type
                int flags = in.readUnsignedByte();
                int stream = in.readInt() & Integer.MAX_VALUE;
                byte[] payload = new byte[first >>> 8];
                in.readFully(payload);
                switch (first & 0xFF) {
                    case SETTINGS, PING -> {
                        if ((flags & ACK) == 0) {
                            write(out, first & 0xFF, ACK, 0, (first & 0xFF) == PING ? payload : new byte[0]);
                        }
                    }
                    case HEADERS -> threads.execute(() -> answer(out, stream));
                    default -> {} // the request's body, WINDOW_UPDATE, PRIORITY, RST_STREAM, GOAWAY
                }
            }
        } catch (EOFException | SocketException e) {
            // the client is gone, or the server is closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(OutputStream out, int stream) {
        try {
            write(out, HEADERS, END_HEADERS, stream, STATUS_200);
            script.answer(text -> write(out, DATA, 0, stream, text.getBytes(StandardCharsets.UTF_8)));
            write(out, DATA, END_STREAM, stream, new byte[0]);
        } catch (IOException e) {
            // the client is gone
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        byte[] frame = ByteBuffer.allocate(9 + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
        synchronized (out) {
            out.write(frame);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
