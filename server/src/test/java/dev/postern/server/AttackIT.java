package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many hostile clients at the same time, against the program in a JVM with a heap of 256 MB. */
@Tag("full")
class AttackIT {
    private static final Path JAR = Path.of("target", "postern-server.jar");
    private static final int HALF_HEADS = 5_000;
    private static final int SLOW_BODIES = 500;
    private static final int LARGE_BODIES = 40;
    private static final int LARGE = 15_000_000;
    private static final int SLOW_READERS = 200;
    private static final int LEAVING = 100; // of each kind
    private static final int NOT_READING = 3_000;
    private static final int MOST_STREAMS = 1_638; // at the same time, with this heap

    /** Ten times the aim of one second, for busy machines; the printed figures are what counts. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path home;

    private final List<Socket> sockets = new ArrayList<>();
    private final WaitingBackend backend = new WaitingBackend();
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        Path config = Files.writeString(home.resolve("gateway.yaml"), """
                providers:
                  llm:
                    backend: openai
                    config: {base_url: "http://127.0.0.1:%d", default_model: m, api_key: k, retries: 1}
                """.formatted(backend.port()));
        server = new ServerProcess(
                home,
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-jar", JAR.toString()),
                "--config",
                config.toString(),
                "--port",
                "0");
        slowestHealth(server.port(), 1); // loads the classes for a request
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        backend.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket open(int port, String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return socket;
    }

    private static String head(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    /** The time of the slowest of some health checks, one after the other, while something else happens. */
    private static Duration slowestHealth(int port, int checks) throws IOException {
        long slowest = 0;
        for (int i = 0; i < checks; i++) {
            long begin = System.nanoTime();
            try (RawClient client = new RawClient(port)) {
                assertThat(client.request("GET", "/healthz", "").answer().status())
                        .isEqualTo(200);
            }
            slowest = Math.max(slowest, System.nanoTime() - begin);
        }
        return Duration.ofNanos(slowest);
    }

    @Test
    void halfHeadsAndSlowBodiesStopNobody() throws Exception {
        int port = server.port();
        for (int i = 0; i < HALF_HEADS; i++) {
            open(port, "POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nX-Half: ");
        }
        for (int i = 0; i < SLOW_BODIES; i++) {
            open(port, head(COMPLETIONS, 1_000) + "{");
        }
        Duration slowest = slowestHealth(port, 200);

        System.out.println("slowest health check with " + HALF_HEADS + " half heads and " + SLOW_BODIES
                + " slow bodies: " + slowest.toMillis() + " ms");
        assertThat(slowest).isLessThan(PATIENCE);
    }

    @Test
    void largeBodiesOfBracketsAreRefused() throws Exception {
        int port = server.port();
        byte[] brackets = new byte[LARGE];
        Arrays.fill(brackets, (byte) '[');
        ExecutorService threads = Executors.newFixedThreadPool(LARGE_BODIES);
        try {
            List<Future<Integer>> statuses = new ArrayList<>();
            Callable<Integer> attack = () -> {
                try (RawClient client = new RawClient(port)) {
                    return client.send(head(COMPLETIONS, LARGE))
                            .send(brackets)
                            .answer()
                            .status();
                }
            };
            for (int i = 0; i < LARGE_BODIES; i++) {
                statuses.add(threads.submit(attack));
            }
            Duration slowest = slowestHealth(port, 50);
            List<Integer> all = new ArrayList<>();
            for (Future<Integer> status : statuses) {
                all.add(status.get());
            }

            System.out.println("slowest health check with " + LARGE_BODIES + " bodies of 15 MB: " + slowest.toMillis()
                    + " ms; statuses " + all.stream().distinct().toList());
            assertThat(all).allMatch(status -> (status >= 400 && status < 500) || status == 503);
            assertThat(slowest).isLessThan(PATIENCE);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void clientsThatDoNotReadHoldTheBackendBack() throws Exception {
        int port = server.port();
        backend.flood();
        for (int i = 0; i < SLOW_READERS; i++) {
            open(port, head(STREAM, HELLO.length()) + HELLO);
        }
        backend.awaitOpen(SLOW_READERS);
        Duration slowest = slowestHealth(port, 100);
        backend.awaitFull(); // a heap that grows without limit would end the process

        System.out.println("slowest health check with " + SLOW_READERS + " clients that do not read: "
                + slowest.toMillis() + " ms");
        assertThat(slowest).isLessThan(PATIENCE);
        assertThat(slowestHealth(port, 1)).isLessThan(PATIENCE);
    }

    @Test
    void clientsThatLeaveEndTheirCalls() throws Exception {
        int port = server.port();
        String body = HELLO;
        for (int i = 0; i < LEAVING; i++) {
            open(port, head(COMPLETIONS, body.length()) + body);
            open(port, head(STREAM, body.length()) + body);
        }
        backend.awaitOpen(2 * LEAVING);
        assertThat(backend.closed()).isZero();

        long left = System.nanoTime();
        for (Socket socket : sockets) {
            socket.close();
        }
        backend.awaitClosed(2 * LEAVING);
        Duration slowest = Duration.ofNanos(System.nanoTime() - left);

        System.out.println("the exchanges of " + 2 * LEAVING + " clients were closed within " + slowest.toMillis()
                + " ms after they left");
        assertThat(slowest).isLessThan(PATIENCE);
    }

    @Test
    void clientsThatReadNothingTakeNoMemoryWithoutBounds() throws Exception {
        backend.flood();
        int port = server.port();
        for (int i = 0; i < NOT_READING; i++) {
            open(port, head(STREAM, HELLO.length()) + HELLO);
        }
        backend.awaitOpen(MOST_STREAMS / 2);
        backend.awaitFull(); // a heap that grows without limit would end the process
        Duration slowest = slowestHealth(port, 50);
        int streams = MOST_STREAMS / 2 + backend.opened();

        System.out.println(
                "slowest health check with " + streams + " streams that nobody reads: " + slowest.toMillis() + " ms");
        assertThat(streams).isLessThanOrEqualTo(MOST_STREAMS);
        assertThat(slowest).isLessThan(PATIENCE);
    }
}
