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
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Answers each request with the prepared bytes of the {@link Script} that its model names. One thread and one selector for
 * all connections. Prints its port, and ends when its input ends. {@code GET /cpu} returns the CPU time that it has used.
 */
public final class Server {
    private final Selector selector;
    private final Map<String, Answer> answers = new HashMap<>();
    private final PriorityQueue<Connection> due = new PriorityQueue<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Server(Selector selector) {
        this.selector = selector;
    }

    /** Runs until the input ends. */
    public static void main(String[] args) throws IOException {
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
        try (Selector selector = Selector.open();
                ServerSocketChannel door = ServerSocketChannel.open()) {
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            door.configureBlocking(false);
            door.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println(door.socket().getLocalPort());
            new Server(selector).run(door);
        }
    }

    private void run(ServerSocketChannel door) throws IOException {
        while (true) {
            Connection next = due.peek();
            if (next == null) {
                selector.select();
            } else {
                // At least a millisecond; otherwise the loop would spin. A late piece does not distort the delay,
                // because
                // its time stamp is written when it is sent.
                selector.select(Math.max(1, (next.dueNanos() - System.nanoTime()) / 1_000_000));
            }
            Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
            while (keys.hasNext()) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isValid() && key.isAcceptable()) {
                    accept(door);
                } else if (key.isValid()) {
                    serve(key, (Connection) key.attachment());
                }
            }
            sayWhatIsDue();
        }
    }

    private void accept(ServerSocketChannel door) throws IOException {
        for (SocketChannel channel; (channel = door.accept()) != null; ) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(this, channel, key));
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
        for (Connection next; (next = due.peek()) != null && next.dueNanos() <= now; ) {
            due.remove();
            try {
                if (next.sayNext()) {
                    due.add(next);
                }
            } catch (IOException e) {
                next.close();
            }
        }
    }

    /** From now on the connection writes one piece at a time. */
    void schedule(Connection connection) {
        due.add(connection);
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
