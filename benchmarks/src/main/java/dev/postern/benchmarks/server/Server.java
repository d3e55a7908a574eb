package dev.postern.benchmarks.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Answers each request with the prepared bytes of the {@link Script} that its model names. One thread and one selector for
 * all connections. Prints its {@link Door ports}, and ends when its input ends. {@code GET /cpu}, without TLS, returns the CPU
 * time that it has used.
 */
public final class Server {
    private final Selector selector;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<String, Http2Answer> http2Answers = new HashMap<>();
    private final PriorityQueue<Connection.Paced> due =
            new PriorityQueue<>(Comparator.comparingLong(Connection.Paced::dueNanos));
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Server(Selector selector) {
        this.selector = selector;
    }

    /** Runs until the input ends. The arguments are the key store of TLS and its password. */
    public static void main(String[] args) throws Exception {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException e) {
                // treated as the end of the input
            }
            Runtime.getRuntime().halt(0);
        });
        watch.setDaemon(true);
        watch.start();
        StringBuilder ports = new StringBuilder();
        try (Selector selector = Selector.open()) {
            for (Door door : Door.all(args[0], args[1])) {
                ServerSocketChannel channel = ServerSocketChannel.open();
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_ACCEPT, door);
                ports.append(channel.socket().getLocalPort()).append(' ');
            }
            System.out.println(ports.toString().trim());
            new Server(selector).run();
        }
    }

    private void run() throws IOException {
        while (true) {
            Connection.Paced next = due.peek();
            if (next == null) {
                selector.select();
            } else {
                // At least a millisecond; otherwise the loop would spin. A late piece does not distort the delay,
                // because its time stamp is written when it is sent.
                selector.select(Math.max(1, (next.dueNanos() - System.nanoTime()) / 1_000_000));
            }
            Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
            while (keys.hasNext()) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isValid() && key.isAcceptable()) {
                    accept((ServerSocketChannel) key.channel(), (Door) key.attachment());
                } else if (key.isValid()) {
                    serve(key, (Connection) key.attachment());
                }
            }
            sayWhatIsDue();
        }
    }

    private void accept(ServerSocketChannel doorway, Door door) throws IOException {
        for (SocketChannel channel; (channel = doorway.accept()) != null; ) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(door.connection(this, channel, key));
        }
    }

    private void serve(SelectionKey key, Connection connection) {
        try {
            if (key.isReadable()) {
                in.clear();
                connection.read(in);
            }
            if (key.isValid() && key.isWritable()) {
                connection.write();
            }
        } catch (IOException e) { // the client closed the connection
            connection.close();
        } catch (RuntimeException e) { // not a request of a benchmark
            e.printStackTrace();
            connection.close();
        }
    }

    private void sayWhatIsDue() {
        long now = System.nanoTime();
        for (Connection.Paced next; (next = due.peek()) != null && next.dueNanos() <= now; ) {
            due.remove();
            try {
                if (next.sayNext()) {
                    due.add(next);
                }
            } catch (IOException | RuntimeException e) {
                // The client closed the connection, or its key was cancelled; reading it finds that, too.
            }
        }
    }

    /** From now on the stream writes one piece at a time. */
    void schedule(Connection.Paced stream) {
        due.add(stream);
    }

    Http2Answer http2Answer(String model) {
        return http2Answers.computeIfAbsent(model, name -> Http2Answer.of(Script.of(name), new OpenAiDialect()));
    }

    Answer answer(String model, boolean bedrock) {
        return answers.computeIfAbsent(
                (bedrock ? "bedrock " : "openai ") + model,
                name -> Answer.of(Script.of(model), bedrock ? new BedrockDialect() : new OpenAiDialect()));
    }

    ByteBuffer cpu() {
        String nanos = Long.toString(system.getProcessCpuTime());
        String answer =
                "HTTP/1.1 200 OK\r\nContent-Length: " + nanos.length() + "\r\nConnection: close\r\n\r\n" + nanos;
        return ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII));
    }
}
