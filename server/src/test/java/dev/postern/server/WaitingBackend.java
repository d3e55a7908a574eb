package dev.postern.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server with OpenAI's protocol that begins its streams and ends nothing. It notices when its client closes a connection. */
final class WaitingBackend implements Closeable {
    private static final String BEGIN = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,"
            + "\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}\n\n";

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");

    private static final String EVENT = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(8_000)
            + "\"},\"finish_reason\":null}]}\n\n";

    private final ServerSocket listening;
    private final Semaphore open = new Semaphore(0);
    private final Semaphore closed = new Semaphore(0);
    private final LongAdder written = new LongAdder();
    private volatile boolean floods;

    WaitingBackend() {
        try {
            listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "waiting-backend");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return; // a connection without a request
                }
                head.append((char) next);
            }
            Matcher length = LENGTH.matcher(head);
            int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
            String body = new String(in.readNBytes(size), StandardCharsets.UTF_8);
            if (body.contains("\"stream\":true")) {
                client.getOutputStream().write(BEGIN.getBytes(StandardCharsets.US_ASCII));
            }
            open.release();
            while (floods) {
                client.getOutputStream().write(EVENT.getBytes(StandardCharsets.US_ASCII));
                written.add(EVENT.length());
            }
            var unused = in.read(); // until the client closes the connection
            closed.release();
        } catch (IOException e) {
            closed.release(); // reset
        }
    }

    /** The connections that were closed by the client and that nobody waited for. */
    int closed() {
        return closed.availablePermits();
    }

    /** From now on, streams go on as fast as they are read. */
    void flood() {
        floods = true;
    }

    /** Waits until nothing more is taken of the streams. */
    void awaitFull() throws InterruptedException {
        for (long before = -1; before != written.sum() || before == 0; ) {
            before = written.sum();
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** The requests that nobody waited for. */
    int opened() {
        return open.availablePermits();
    }

    /** Waits for this many requests. */
    void awaitOpen(int count) throws InterruptedException {
        await(open, count, "requests");
    }

    /** Waits until this many connections were closed by the client. */
    void awaitClosed(int count) throws InterruptedException {
        await(closed, count, "closed connections");
    }

    private static void await(Semaphore events, int count, String what) throws InterruptedException {
        if (!events.tryAcquire(count, 60, TimeUnit.SECONDS)) {
            throw new AssertionError(events.availablePermits() + " " + what + " instead of " + count);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
