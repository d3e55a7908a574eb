package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the gateway server: its start, its memory when it is idle, and what an event costs that it passes on. The provider in
 * the process of a program takes the same streams, for comparison. Writes a table to standard output.
 */
public final class GatewayBench {
    private static final int STARTS = 5;
    private static final int ROUNDS = 3;
    private static final long STEADY_SECONDS = 60;
    private static final long WINDOW_MILLIS = 10_000;

    private final Options options;
    private final Jdk jdk;
    private final Path logs;
    private final Path keys;

    private GatewayBench(Options options) throws IOException, InterruptedException {
        this.options = options;
        this.jdk = options.jdks().get(0);
        this.logs = Files.createDirectories(options.root().resolve("benchmarks/target/log"));
        this.keys = Keys.make(options.root().resolve("benchmarks/target"));
    }

    /**
     * A number of streams.
     *
     * @param title the row of the table
     * @param model what the server of the benchmarks sends
     * @param streams how many at the same time
     * @param measure the kind of measure of {@link Load}
     */
    private record Row(String title, String model, int streams, String measure) {}

    private static final List<Row> ROWS = List.of(
            new Row("64 streams in bursts, English", "text.english-1000", 64, "streams"),
            new Row("64 streams with 100 events a second each", "text-1500-10000", 64, "streams"),
            new Row("2,000 streams with two events a second each", "text-1000000-500000", 2_000, "open"));

    /** See {@code benchmarks/run --help}. */
    public static void main(String[] args) throws Exception {
        Options options = Options.of(Arrays.stream(args)
                .filter(argument -> !argument.equals("--gateway"))
                .toArray(String[]::new));
        new GatewayBench(options).run();
        Runtime.getRuntime().halt(0); // the clients of open streams leave threads running
    }

    private void run() throws Exception {
        try (Child serving = Child.start(
                "server",
                logs,
                jdk,
                ClassPath.of(options.root(), "floor"),
                Server.class,
                List.of(),
                keys.toString(),
                Keys.PASSWORD)) {
            String backend = Via.HTTP.address(serving.readLine());
            idle(backend);
            System.out.println();
            System.out.println(
                    "| streams | server, CPU µs an event | in process | ratio | live heap | resident | threads |");
            System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
            for (Row row : ROWS) {
                compare(row, backend);
            }
        }
    }

    private void idle(String backend) throws Exception {
        long[] starts = new long[STARTS];
        long heap = 0;
        long resident = 0;
        for (int i = 0; i < STARTS; i++) {
            try (GatewayProcess gateway = GatewayProcess.start(jdk, options.root(), backend)) {
                starts[i] = gateway.startMillis();
                resident = gateway.resident();
                heap = gateway.liveHeap();
            }
        }
        Arrays.sort(starts);
        System.out.printf(
                Locale.ROOT,
                "JDK %d. Start to the first answer: %d ms (median of %d, %d to %d). Idle: heap after a collection %.1f MB, resident %.0f MB.%n",
                jdk.number(),
                starts[STARTS / 2],
                STARTS,
                starts[0],
                starts[STARTS - 1],
                heap / 1e6,
                resident / 1e6);
    }

    private void compare(Row row, String backend) throws Exception {
        double[] through = new double[ROUNDS];
        double[] inside = new double[ROUNDS];
        Through last = new Through(0, 0, 0, 0);
        for (int round = 0; round < ROUNDS; round++) {
            System.err.println(row.title() + ", round " + (round + 1));
            last = through(row, backend);
            through[round] = last.micros();
            inside[round] = inside(row, backend);
        }
        Arrays.sort(through);
        Arrays.sort(inside);
        double server = through[ROUNDS / 2];
        double process = inside[ROUNDS / 2];
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f (%.2f to %.2f) | %.2f (%.2f to %.2f) | %.1f | %.0f MB | %.0f MB | %d |%n",
                row.title(),
                server,
                through[0],
                through[ROUNDS - 1],
                process,
                inside[0],
                inside[ROUNDS - 1],
                server / process,
                last.heap() / 1e6,
                last.resident() / 1e6,
                last.threads());
    }

    /** What the server used: CPU microseconds an event, bytes of live heap and in RAM, threads. */
    private record Through(double micros, long heap, long resident, int threads) {}

    private Through through(Row row, String backend) throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(jdk, options.root(), backend);
                GatewayStreams streams = new GatewayStreams(gateway.address(), row.model())) {
            for (int i = 0; i < row.streams(); i++) {
                streams.begin();
                while (i - streams.began() > 200) {
                    Thread.sleep(5);
                    streams.events();
                }
            }
            while (streams.began() < row.streams()) {
                Thread.sleep(20);
                streams.events();
            }
            awaitSteady(gateway, streams);
            long cpu = gateway.cpu().toNanos();
            long events = streams.events();
            Thread.sleep(WINDOW_MILLIS);
            double micros = (gateway.cpu().toNanos() - cpu) / 1e3 / (streams.events() - events);
            int threads = gateway.threads();
            long resident = gateway.resident();
            return new Through(micros, gateway.liveHeap(), resident, threads);
        }
    }

    /** Waits until an event costs the same for three seconds: the JVM compiles less and less. */
    private static void awaitSteady(GatewayProcess gateway, GatewayStreams streams) throws InterruptedException {
        double before = 0;
        long cpu = gateway.cpu().toNanos();
        long events = streams.events();
        int steady = 0;
        for (int second = 0; second < STEADY_SECONDS && steady < 3; second++) {
            Thread.sleep(1_000);
            long nextCpu = gateway.cpu().toNanos();
            long nextEvents = streams.events();
            double each = (nextCpu - cpu) / (double) Math.max(1, nextEvents - events);
            steady = Math.abs(each - before) < 0.1 * before ? steady + 1 : 0;
            before = each;
            cpu = nextCpu;
            events = nextEvents;
        }
    }

    private double inside(Row row, String backend) throws IOException {
        try (Child child = Child.start(
                "postern",
                logs,
                jdk,
                ClassPath.of(options.root(), "postern"),
                Load.class,
                List.of(),
                "postern",
                backend,
                Via.HTTP.name(),
                backend)) {
            String warm = row.measure().equals("open") ? "20000" : "10000";
            Map<String, Double> result = child.ask(
                    row.measure() + " " + row.model() + " " + row.streams() + " " + warm + " " + WINDOW_MILLIS);
            return result.getOrDefault("cpu", 0.0) / 1e3;
        }
    }
}
